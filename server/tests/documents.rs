//! The paths and commands that the documents name exist.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::PathBuf};

const TOP: [&str; 12] = [
    "app/",
    "bench/",
    "crates/",
    "deploy/",
    "docs/",
    "end2end/",
    "frontend/",
    "migrations/",
    "public/",
    "script/",
    "server/",
    "style/",
];

fn root() -> PathBuf {
    // From the package's folder, in which tests run: what was built for one checkout may be run for another.
    PathBuf::from("..")
}

fn documents() -> Vec<PathBuf> {
    let in_folder = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all = in_folder(root()).chain(in_folder(root().join("docs"))).chain(in_folder(root().join("bench")));
    all.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// What stands between two marks, for every such pair in a text.
fn between<'a>(text: &'a str, open: &str, close: char) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(inside, _)| inside).collect()
}

/// The spans of inline code; every second piece between backticks.
fn code_spans(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for link in between(&text, "](", ')') {
            let path = link.split('#').next().unwrap();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            let target = document.parent().unwrap().join(path);
            assert!(target.exists(), "{}: {link}", document.display());
        }
    }
}

#[test]
fn paths_and_commands_in_documents_exist() {
    let mut checked = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for span in text.lines().filter(|line| !line.starts_with("    ")).flat_map(code_spans) {
            let path = span.split([' ', '\\', ':']).next().unwrap();
            let path = path.split('*').next().unwrap();
            if !TOP.iter().any(|top| path.starts_with(top)) {
                continue;
            }
            checked += 1;
            assert!(root().join(path).exists(), "{} names {span}, which does not exist", document.display());
        }
    }
    assert!(checked > 20, "the documents name paths: {checked}");
}
