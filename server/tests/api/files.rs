//! `Leptos.toml`, the build's own settings, and the documents that go with the program.

use server::{assets::Assets, leptos_options};

#[test]
fn the_run_time_options_agree_with_those_of_the_build() {
    let section = |text: &str, path: &[&str]| -> toml::Table {
        let mut value = toml::Value::Table(text.parse().unwrap());
        for name in path {
            value = value.get(name).unwrap().clone();
        }
        value.get(0).unwrap().as_table().unwrap().clone()
    };
    let path = ["workspace", "metadata", "leptos"];
    let run_time = section(leptos_options::FILE, &path);
    let build = section(include_str!("../../../Cargo.toml"), &path);
    assert!(!run_time.is_empty());
    for (key, value) in &run_time {
        assert_eq!(build.get(key), Some(value), "{key} in Leptos.toml and Cargo.toml");
    }
}

#[test]
fn pages_refer_to_the_browser_part_where_it_is_served() {
    let assets = Assets::built_in();
    let options = leptos_options::read(&assets).unwrap();
    assert_eq!(&*options.output_name, "server-monitor");
    assert_eq!(&*options.site_pkg_dir, assets.pkg_dir());
}
