//! Tests that compare the documentation with the program: each block of each page is run, parsed or
//! listed as unchecked with a reason, and each command line is valid.

mod blocks;
mod commands;
mod comparison;
mod console;
mod exit_codes;
mod fields;
mod fips;
mod invocations;
mod summary;
mod unchecked_blocks;

use std::path::{Path, PathBuf};

/// The command that redraws the generated pages and parts of pages.
const REDRAW: &str = "REDRAW=1 cargo test --locked --test it docs";

/// A page of the documentation.
struct Page {
    /// The path from the root of the repository: `docs/start.md`.
    name: String,
    text: String,
}

/// A fenced block.
struct Block {
    page: String,
    line: usize,
    language: String,
    text: String,
}

impl Block {
    fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }

    fn first_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

impl Page {
    fn path(&self) -> PathBuf {
        root().join(&self.name)
    }

    /// The fenced blocks of the page; a block without an end is an error.
    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open: Option<Block> = None;
        for (index, line) in self.text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(language)) => {
                    let (page, language) = (self.name.clone(), language.trim().to_owned());
                    open = Some(Block { page, line: index + 1, language, text: String::new() });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block has no end", self.name);
        blocks
    }

    /// The files that the links of the page lead to, relative to the page.
    fn links(&self) -> impl Iterator<Item = &str> {
        let targets = self.text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let files = targets.filter(|it| !it.contains("://")).filter_map(|it| it.split('#').next());
        files.filter(|file| !file.is_empty())
    }

    /// The lines of the page outside of blocks.
    fn prose(&self) -> String {
        let mut is_inside = false;
        let mut prose = String::new();
        for line in self.text.lines() {
            if line.starts_with("```") {
                is_inside = !is_inside;
            } else if !is_inside {
                prose.push_str(line);
                prose.push('\n');
            }
        }
        prose
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All pages for people: the front page, the pages of `docs`, and the page of each example.
fn pages() -> Vec<Page> {
    let mut names: Vec<String> =
        ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(str::to_owned).into();
    names.extend(entries("docs").into_iter().filter(|name| has_extension(name, "md")));
    let examples = entries("examples").into_iter().map(|folder| format!("{folder}/README.md"));
    names.extend(examples.filter(|name| root().join(name).exists()));
    names.iter().map(|name| page(name)).collect()
}

fn page(name: &str) -> Page {
    let text =
        std::fs::read_to_string(root().join(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
    Page { name: name.to_owned(), text }
}

/// The entries of a folder with its name in front, sorted.
fn entries(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).expect("a folder");
    let name = |entry: std::fs::DirEntry| entry.file_name().into_string().expect("UTF-8");
    let mut names: Vec<_> =
        entries.map(|entry| format!("{folder}/{}", name(entry.expect("an entry")))).collect();
    names.sort();
    names
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == extension)
}

/// All blocks of all pages.
fn blocks() -> Vec<Block> {
    pages().iter().flat_map(Page::blocks).collect()
}

/// Compares a page with the generated text, or writes it.
#[track_caller]
fn hold(name: &str, drawn: &str) {
    if std::env::var_os("REDRAW").is_some() {
        std::fs::write(root().join(name), drawn).expect("a page");
    }
    assert!(page(name).text == drawn, "{name} says something else; run: {REDRAW}");
}

/// The page with this text between a mark of that name and the end of the mark.
fn between(page: &Page, mark: &str, drawn: &str) -> String {
    let (start, end) = (format!("<!-- {mark} -->\n"), format!("<!-- end of {mark} -->\n"));
    let (before, rest) = page.text.split_once(&start).expect("the mark");
    let (_, after) = rest.split_once(&end).expect("the mark's end");
    format!("{before}{start}\n{drawn}\n{end}{after}")
}

#[test]
fn every_link_has_a_target() {
    for page in pages() {
        for link in page.links() {
            assert!(page.path().with_file_name(link).exists(), "{}: {link}", page.name);
        }
    }
}

#[test]
fn a_page_has_blocks_and_prose() {
    let text = "a\n```sh\nb\n```\n[c](d.md#e) [f](#g)\n```\n```\n".to_owned();
    let page = Page { name: "x.md".to_owned(), text };
    let blocks = page.blocks();
    let found: Vec<_> =
        blocks.iter().map(|it| (it.line, it.language.as_str(), it.text.as_str())).collect();
    assert_eq!(found, [(2, "sh", "b\n"), (6, "", "")]);
    assert_eq!(page.prose(), "a\n[c](d.md#e) [f](#g)\n");
    assert_eq!(page.links().collect::<Vec<_>>(), ["d.md"]);
}
