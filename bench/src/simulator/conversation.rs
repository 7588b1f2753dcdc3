//! What comes in on a channel, from the script to the request lines.

use probe::Sections;
use probe::emulate;

/// The most that is taken without a line or a script being complete.
const INPUT_MAX: usize = 256 * 1024;

/// What an answer is due to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Due {
    /// The script is complete: say hello with this nonce.
    Hello(String),
    /// A report was asked for.
    Report(u64, Sections),
}

/// One channel on which the probe is run.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    input: Vec<u8>,
    has_script: bool,
}

/// More came than any probe sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMuch;

impl Conversation {
    /// Takes what came in; gives what is to be answered, in order.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Vec<Due>, TooMuch> {
        if self.input.len() + bytes.len() > INPUT_MAX {
            return Err(TooMuch);
        }
        self.input.extend_from_slice(bytes);
        if self.has_script {
            return Ok(self.requests());
        }
        let Some(nonce) = emulate::nonce_of(&self.input).map(str::to_owned) else { return Ok(Vec::new()) };
        self.has_script = true;
        self.input = Vec::new();
        Ok(vec![Due::Hello(nonce)])
    }

    fn requests(&mut self) -> Vec<Due> {
        let mut due = Vec::new();
        while let Some(end) = self.input.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.input.drain(..=end).collect();
            let request = std::str::from_utf8(&line).ok().and_then(emulate::request_of);
            due.extend(request.map(|(seq, sections)| Due::Report(seq, sections)));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_and_requests_are_understood_in_whatever_pieces_they_come() {
        let script = probe::script("n0nce");
        for size in [1, 1_000, script.len()] {
            let mut conversation = Conversation::default();
            let mut due = Vec::new();
            for piece in script.as_bytes().chunks(size) {
                due.extend(conversation.take(piece).unwrap_or_default());
            }
            assert_eq!(due, [Due::Hello("n0nce".to_owned())]);
        }
        let mut conversation = Conversation::default();
        assert_eq!(conversation.take(script.as_bytes()).unwrap_or_default().len(), 1);
        assert_eq!(conversation.take(b"1 f").unwrap_or_default(), []);
        let expected = [Due::Report(1, Sections::FAST), Due::Report(2, Sections::PROCESSES)];
        assert_eq!(conversation.take(b"\n2 fp\nrubbish\n").unwrap_or_default(), expected);
    }

    #[test]
    fn endless_input_is_refused() {
        let mut conversation = Conversation::default();
        let refused = (0..100).any(|_| conversation.take(&[b'x'; 8_192]) == Err(TooMuch));
        assert!(refused);
    }
}
