//! Tests that the table of contents of the book lists every page once.

use super::{entries, page, pages, root};

/// The targets of the links in the table of contents, relative to the root.
fn contents() -> Vec<String> {
    let text = page("docs/SUMMARY.md").text;
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    links.map(from_root).collect()
}

fn from_root(link: &str) -> String {
    link.strip_prefix("../").map_or_else(|| format!("docs/{link}"), str::to_owned)
}

#[test]
fn every_page_is_in_the_table_of_contents_once() {
    let mut listed = contents();
    listed.sort();
    let mut all: Vec<_> = pages().into_iter().map(|page| page.name).collect();
    all.retain(|name| name != "docs/SUMMARY.md");
    all.sort();
    assert_eq!(listed, all, "docs/SUMMARY.md, and the pages that are there");
}

/// The book contains only pages in the folders that its build script copies.
#[test]
fn links_stay_within_the_files_of_the_book() {
    let script = std::fs::read_to_string(root().join("docs/book.sh")).unwrap();
    let copied = script.lines().find_map(|line| line.strip_prefix("cp -R ")).expect("a list");
    let here = root().canonicalize().unwrap();
    let mut outside = Vec::new();
    for page in pages() {
        for link in page.links() {
            let target = page.path().with_file_name(link).canonicalize().expect("a file");
            let inside = target.strip_prefix(&here).expect("in here").to_owned();
            let top = inside.iter().next().unwrap().to_str().unwrap();
            let is_contents = inside.ends_with("docs/SUMMARY.md");
            if is_contents || !copied.split(' ').any(|it| it == top) {
                outside.push(format!("{}: {link}", page.name));
            }
        }
    }
    assert!(outside.is_empty(), "the book has nothing at: {outside:#?}");
}

#[test]
fn examples_that_people_copy_have_a_page() {
    let folders = entries("examples").into_iter().filter(|name| root().join(name).is_dir());
    let without: Vec<_> =
        folders.filter(|name| !root().join(name).join("README.md").exists()).collect();
    // The setup of the demo, and a script that docs/docker.md explains.
    assert_eq!(without, ["examples/demo", "examples/docker-push"]);
}
