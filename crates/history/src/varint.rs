//! Integers of variable length, seven bits a byte, least significant first (LEB128), with a sign folded in (zigzag).

use crate::{Error, Result};

/// Appends `value`.
pub(crate) fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push((value & 0x7f) as u8);
}

/// Appends `value`, small magnitudes in few bytes.
pub(crate) fn put_signed(bytes: &mut Vec<u8>, value: i64) {
    put(bytes, fold(value));
}

/// Maps 0, -1, 1, -2 … to 0, 1, 2, 3 …
pub(crate) fn fold(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// The inverse of [`fold`].
pub(crate) fn unfold(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// Reads from the front of bytes that may be damaged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// All that is left.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.rest.split_first().ok_or_else(early)?;
        self.rest = rest;
        Ok(*first)
    }

    pub fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(early)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn unsigned(&mut self) -> Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Error::Damaged("a number is too long"))
    }

    pub fn signed(&mut self) -> Result<i64> {
        Ok(unfold(self.unsigned()?))
    }

    pub fn length(&mut self) -> Result<usize> {
        usize::try_from(self.unsigned()?).map_err(|_| Error::Damaged("a length is too large"))
    }

    pub fn float(&mut self) -> Result<f64> {
        let bytes = self.take(8)?.try_into().map_err(|_| Error::Damaged("it ends early"))?;
        Ok(f64::from_le_bytes(bytes))
    }
}

#[cold]
fn early() -> Error {
    Error::Damaged("it ends early")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_of_number_comes_back() {
        let mut bytes = Vec::new();
        let numbers = [0, 1, -1, 63, -64, 64, 300, -70_000, i64::MAX, i64::MIN];
        for number in numbers {
            put_signed(&mut bytes, number);
        }
        let mut reader = Reader::new(&bytes);
        assert_eq!(numbers.map(|_| reader.signed().unwrap()), numbers);
        assert!(reader.is_empty() && reader.byte().is_err());
    }

    #[test]
    fn a_number_without_end_is_refused() {
        assert!(Reader::new(&[0xff; 12]).unsigned().is_err());
    }
}
