//! Recorded machines: many small files in one, each after a line `-- path --`.

use std::fs;
use std::path::Path;

/// Writes the files of a recorded machine below a folder.
pub fn unpack(name: &str, root: &Path) {
    // From the package's folder, in which tests run: what was built for one checkout may be run for another.
    let path = Path::new("tests/fixtures").join(format!("{name}.txtar"));
    let text = fs::read_to_string(&path).unwrap();
    let mut file: Option<(String, String)> = None;
    for line in text.split_inclusive('\n').skip(1) {
        if let Some(path) = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            write(root, file.replace((path.to_owned(), String::new())));
        } else if let Some((_, content)) = &mut file {
            content.push_str(line);
        }
    }
    write(root, file);
}

fn write(root: &Path, file: Option<(String, String)>) {
    let Some((path, content)) = file else { return };
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content.replace('␀', "\0").replace("␁\n", "")).unwrap();
}
