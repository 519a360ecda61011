//! Tests of the files in the images, and of their size.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

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
    let root = Root::of(image);
    fs::read_to_string(root.path.join(path.trim_start_matches('/'))).unwrap()
}

/// The files of an image, mounted until it is dropped.
struct Root {
    path: PathBuf,
    image: String,
}

impl Root {
    fn of(image: &str) -> Self {
        let mount = podman().args("image mount").arg(image).run();
        assert_eq!(mount.code, Some(0), "{mount:#?}");
        Self { path: mount.stdout.trim().into(), image: image.to_owned() }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        podman().args("image unmount").arg(&self.image).run();
    }
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
fn the_program_image_contains_no_other_files() {
    let root = Root::of(ALONE);
    let mut found = BTreeSet::new();
    files(&root.path, &root.path, &mut found);
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), FILES);
}

#[test]
#[ignore = "needs root and the images: tests/image.sh"]
fn both_images_contain_the_same_program_and_labels() {
    let program = fs::read(rig().join("account-guard")).unwrap();
    for image in [ALONE, SHELL] {
        let root = Root::of(image);
        let bin = root.path.join("usr/local/bin");
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
