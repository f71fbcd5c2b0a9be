//! What is wrong in a text, and where.

/// What is wrong at one byte of a text.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) offset: usize,
    pub(crate) what: String,
}

impl Mistake {
    pub(crate) fn new(offset: usize, what: impl Into<String>) -> Self {
        Self { offset, what: what.into() }
    }
}
