//! Templates within bounds: what they may use, how much they may do, and how much may come of them.

use std::io;

use domain::Error;
use minijinja::{Environment, UndefinedBehavior};

/// How much a template may do.
const FUEL: u64 = 20_000;
/// How much may come of one, in bytes.
const RENDERED_MAX: usize = 64 * 1_024;

/// Whether a template is short enough and cannot grow without bound in memory: it can neither keep what it has made nor multiply it.
pub(crate) fn bounded(field: &'static str, template: &str, most: usize) -> domain::Result<()> {
    if template.chars().count() > most {
        return Err(Error::invalid(field, format!("must have at most {most} characters")));
    }
    match unbounded_word(template) {
        Some(word) => Err(Error::invalid(field, format!("cannot be used: {word:?} is not allowed here"))),
        None => Ok(()),
    }
}

/// The first word within tags by which a template could grow without bound. Braces are refused as well, since they hide where a tag ends.
fn unbounded_word(template: &str) -> Option<&str> {
    const WORDS: [&str; 6] = ["set", "with", "macro", "call", "block", "filter"];
    let mut rest = template;
    while let Some(begin) = ["{{", "{%"].iter().filter_map(|tag| rest.find(tag)).min() {
        let (tag, inner) = (rest.get(begin..begin + 2)?, rest.get(begin + 2..)?);
        let first = inner.trim_start_matches(['-', '+']).split_whitespace().next().unwrap_or_default();
        if tag == "{%" && WORDS.contains(&first) {
            return Some(first);
        }
        // A quoted text may hold anything, the end of a tag included.
        let (mut quote, mut is_escaped, mut ends) = (None, false, inner.len());
        for (at, c) in inner.char_indices() {
            match quote {
                Some(_) if is_escaped => is_escaped = false,
                Some(_) if c == '\\' => is_escaped = true,
                Some(open) if c == open => quote = None,
                Some(_) => {}
                None if matches!(c, '"' | '\'') => quote = Some(c),
                None if matches!(c, '*' | '{') => return inner.get(at..=at),
                None if c == '}' => {
                    ends = at;
                    break;
                }
                None => {}
            }
        }
        rest = inner.get(ends..)?;
    }
    None
}

/// What templates may use.
pub(crate) fn minijinja_defaults(environment: &mut Environment<'_>) {
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("capitalize", minijinja::filters::capitalize);
    environment.add_filter("upper", minijinja::filters::upper);
    environment.add_filter("lower", minijinja::filters::lower);
    environment.add_filter("join", minijinja::filters::join);
    environment.add_filter("length", minijinja::filters::length);
    environment.add_filter("default", minijinja::filters::default);
    environment.add_filter("round", minijinja::filters::round);
    environment.add_test("defined", minijinja::tests::is_defined);
}

fn in_words(error: &minijinja::Error) -> String {
    if error.kind() == minijinja::ErrorKind::WriteFailure {
        return format!("cannot be used: what comes of it is longer than {} KiB", RENDERED_MAX / 1_024);
    }
    let line = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
    let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("cannot be used: {}{line}{detail}", error.kind())
}

/// What comes of a template, if that is not too long.
pub(crate) fn rendered(
    environment: &Environment<'_>,
    template: &str,
    context: &minijinja::Value,
) -> Result<String, String> {
    let mut written = Bounded(Vec::new());
    let template = environment.template_from_str(template).map_err(|error| in_words(&error))?;
    template.render_captured_to(context, &mut written).map_err(|error| in_words(&error))?;
    String::from_utf8(written.0).map_err(|error| error.to_string())
}

/// Takes no more than a message may have.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > RENDERED_MAX {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
