//! What is in the images, and how large they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::engine::{ALONE, SHELL, podman, rig};

/// Every file of the image of the program alone.
const FILES: [&str; 7] = [
    "etc/group",
    "etc/passwd",
    "etc/ssl/certs/ca-certificates.crt",
    "usr/local/bin/account-guard",
    "usr/local/bin/docker-credential-account-guard",
    "usr/share/doc/account-guard/LICENSE-APACHE",
    "usr/share/doc/account-guard/LICENSE-MIT",
];

/// The text of a file in an image.
pub(super) fn read(image: &str, path: &str) -> String {
    let (_directory, root) = unpacked(image);
    fs::read_to_string(root.join(path.trim_start_matches('/'))).unwrap()
}

/// The image's files, in a directory of the test's own.
fn unpacked(image: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let (archive, root) = (directory.path().join("image.tar"), directory.path().join("root"));
    fs::create_dir(&root).unwrap();
    let created = podman().args("create --pull=never").arg(image).run();
    let container = created.stdout.trim();
    let export = podman().args("export --output").arg(&archive).arg(container).run();
    assert_eq!(export.code, Some(0), "{created:#?} {export:#?}");
    let removed = podman().args("rm --force").arg(container).run();
    assert_eq!(removed.code, Some(0), "{removed:#?}");
    let tar = Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&root).status().unwrap();
    assert!(tar.success());
    (directory, root)
}

fn files(root: &Path, below: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(below).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files(root, &entry.path(), found);
        } else {
            let path = entry.path();
            found.insert(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn there_is_nothing_else_in_the_image_of_the_program_alone() {
    let (_directory, root) = unpacked(ALONE);
    let mut found = BTreeSet::new();
    files(&root, &root, &mut found);
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), FILES);
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn both_images_hold_the_same_program_and_say_what_they_are() {
    let program = fs::read(rig().join("account-guard")).unwrap();
    for image in [ALONE, SHELL] {
        let (_directory, root) = unpacked(image);
        let bin = root.join("usr/local/bin");
        assert!(fs::read(bin.join("account-guard")).unwrap() == program, "{image}");
        let link = fs::read_link(bin.join("docker-credential-account-guard")).unwrap();
        assert_eq!(link, Path::new("account-guard"), "{image}");
        let inspect = ["image", "inspect", "--format", "{{json .Labels}}", image];
        let labels = podman().instead(&inspect).run();
        let labels: serde_json::Value = serde_json::from_str(&labels.stdout).unwrap();
        assert_eq!(labels["org.opencontainers.image.title"], "account-guard");
        assert_eq!(labels["org.opencontainers.image.licenses"], "MIT OR Apache-2.0");
    }
}
