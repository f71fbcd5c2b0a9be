//! A value that notices when it is read half made, or after its end.

use std::hint::black_box;

/// A number, and a second word that belongs to it for as long as the value lives.
///
/// Its destructor breaks the second word, so that whoever reads a value that was freed too early
/// is likely to fail, also without a sanitizer.
#[derive(Debug)]
pub(crate) struct Payload {
    number: u64,
    check: u64,
}

impl Payload {
    pub(crate) fn new(number: u64) -> Self {
        Self { number, check: !number }
    }

    /// The number.
    pub(crate) fn read(&self) -> u64 {
        let (number, check) = (black_box(self.number), black_box(self.check));
        assert_eq!(check, !number, "a value is read whole, and while it lives");
        number
    }
}

impl Clone for Payload {
    fn clone(&self) -> Self {
        Self::new(self.read())
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        self.check = self.number;
        black_box(&self.check);
    }
}
