//! Tests that the table "Where do I change …?" of CONTRIBUTING.md leads to the code.

use std::path::Path;

/// The file and the item of each row.
fn rows(page: &str) -> Vec<(&str, &str)> {
    let chapter = page.split("## Where do I change …?").nth(1).expect("the chapter");
    let chapter = chapter.split("\n## ").next().expect("its text");
    let mut rows = Vec::new();
    for line in chapter.lines().filter(|line| line.contains("`src/")) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [_, file, item] = cells.as_slice() else { panic!("not a row of three cells: {line}") };
        rows.push((file.trim_matches('`'), item.trim_end_matches(" |").trim_matches('`')));
    }
    rows
}

#[test]
fn every_row_leads_to_an_item_in_its_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let rows = rows(&page);
    assert!(rows.len() >= 15, "{rows:?}");
    for (file, item) in rows {
        let text = std::fs::read_to_string(root.join(file)).expect(file);
        let has_item =
            text.lines().any(|line| line.contains(item) && !line.trim().starts_with("//"));
        assert!(has_item, "{file} contains no `{item}`");
    }
}
