//! Why a template could not be filled.

use std::error::Error as StdError;
use std::fmt;

/// Why [`text::render`](crate::text::render) has no text to return.
///
/// # Examples
///
/// ```
/// use folio::{Collection, RenderError, text::render};
///
/// let mail: Collection<String, String> = Collection::new();
/// let refused = render("Dear {{ name }},\n{{ name|shout }}", &mail).unwrap_err();
/// assert!(matches!(refused, RenderError::Failed { line: 2, .. }));
/// assert!(refused.to_string().starts_with("line 2 of the template: unknown filter"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenderError {
    /// The text is no template.
    Syntax {
        /// The line of what does not fit, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// What the template says cannot be done.
    Failed {
        /// The line that says so, from 1.
        line: usize,
        /// Why it cannot.
        message: String,
    },
    /// To fill the template takes too many steps.
    TooLong {
        /// How many it may take.
        steps_max: u64,
    },
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { line, message } | Self::Failed { line, message } => {
                write!(f, "line {line} of the template: {message}")
            }
            Self::TooLong { steps_max } => {
                write!(f, "the template takes more than {steps_max} steps")
            }
        }
    }
}

impl StdError for RenderError {}
