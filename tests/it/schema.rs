//! Tests that the JSON documents and their published schemas agree.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use account_guard::partition::Partition;
use account_guard::target::Kind;
use account_guard::unknown::ErrorCode;
use account_guard::verdict::Code;
use serde_json::{Value, json};

use crate::rig::moto::python;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A document with a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Document {
    /// The document of a verdict.
    Report,
    /// The document of `identity`.
    Identity,
}

impl Document {
    const ALL: [Self; 2] = [Self::Report, Self::Identity];

    fn path(self) -> PathBuf {
        root().join(match self {
            Self::Report => "schema/report-1.json",
            Self::Identity => "schema/identity-1.json",
        })
    }

    fn schema(self) -> Value {
        let text = std::fs::read_to_string(self.path()).expect("the schema");
        serde_json::from_str(&text).expect("the schema, in JSON")
    }

    fn of(document: &Value) -> Self {
        if document["verdict"].is_null() { Self::Identity } else { Self::Report }
    }
}

/// The errors of each document; empty for a valid one.
fn errors(schema: Document, documents: &[Value]) -> Vec<Vec<String>> {
    let mut child = python()
        .arg(root().join("tests/it/rig/validate.py"))
        .arg(schema.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python to start");
    let text = serde_json::to_vec(documents).expect("JSON");
    child.stdin.take().expect("stdin").write_all(&text).expect("the documents");
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let errors: Vec<Vec<String>> = serde_json::from_slice(&output.stdout).expect("a list");
    assert_eq!(errors.len(), documents.len());
    errors
}

/// The errors of a document according to the schema of its kind.
pub(crate) fn errors_of(document: &Value) -> Vec<String> {
    errors(Document::of(document), std::slice::from_ref(document)).concat()
}

/// Every JSON document of this kind in the snapshots, with the name of its file.
fn documents(kind: Document) -> Vec<(PathBuf, Value)> {
    let directory = root().join("tests/it/snapshots");
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory)
        .expect("the snapshots")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "snap"))
        .collect();
    files.sort();
    let documents = files.into_iter().filter_map(|path| Some((path.clone(), document(&path)?)));
    documents.filter(|(_, document)| Document::of(document) == kind).collect()
}

fn document(path: &Path) -> Option<Value> {
    let text = std::fs::read_to_string(path).expect("a snapshot");
    let (_, stdout) = text.split_once("--- stdout\n")?;
    let (stdout, _) = stdout.split_once("\n--- stderr")?;
    stdout.starts_with('{').then(|| serde_json::from_str(stdout).expect("JSON"))
}

#[test]
fn every_document_in_the_snapshots_is_valid() {
    let (files, documents): (Vec<_>, Vec<_>) = documents(Document::Report).into_iter().unzip();
    for verdict in ["allowed", "denied", "unknown"] {
        let has = documents.iter().any(|document| document["verdict"] == verdict);
        assert!(has, "no snapshot is of a document that is {verdict}");
    }
    for (file, errors) in files.iter().zip(errors(Document::Report, &documents)) {
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
    }
}

#[test]
fn every_identity_document_is_valid() {
    let (files, documents): (Vec<_>, Vec<_>) = documents(Document::Identity).into_iter().unzip();
    for known in [true, false] {
        let has = documents.iter().any(|document| document["error"].is_null() == known);
        assert!(has, "no snapshot is of an identity that is known: {known}");
    }
    for (file, errors) in files.iter().zip(errors(Document::Identity, &documents)) {
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
    }
}

#[test]
fn shared_definitions_of_both_schemas_are_equal() {
    let [report, identity] = Document::ALL.map(Document::schema);
    for name in ["error", "identity", "principal", "source"] {
        assert_eq!(report["$defs"][name], identity["$defs"][name], "{name}");
    }
}

/// The objects of the schema, by the name of their definition.
fn objects(schema: &Value) -> Vec<(String, Value)> {
    let definitions = schema["$defs"].as_object().expect("definitions");
    let mut objects: Vec<_> =
        definitions.iter().map(|(name, object)| (name.clone(), object.clone())).collect();
    objects.push(("the document".to_owned(), schema.clone()));
    objects
}

#[test]
fn every_property_is_required_and_described() {
    for (name, object) in Document::ALL.iter().flat_map(|kind| objects(&kind.schema())) {
        assert_eq!(object["additionalProperties"], false, "{name}");
        let required: Vec<&str> =
            object["required"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        for (property, shape) in object["properties"].as_object().unwrap() {
            assert!(required.contains(&property.as_str()), "{name}.{property} is not required");
            let description = shape["description"].as_str().unwrap_or_default();
            assert!(description.ends_with('.'), "{name}.{property} is not described");
        }
    }
}

#[test]
fn the_enums_equal_those_of_the_program() {
    let schema = Document::Report.schema();
    let listed = |pointer: &str| -> Vec<String> {
        let list = schema.pointer(pointer).and_then(Value::as_array).expect("an enum");
        list.iter().map(|name| name.as_str().expect("a name").to_owned()).collect()
    };
    let violations = Code::ALL.map(|code| code.name().to_owned());
    assert_eq!(listed("/$defs/violation/properties/code/enum"), violations);
    let errors = ErrorCode::ALL.map(|code| code.name().to_owned());
    assert_eq!(listed("/$defs/error/properties/code/enum"), errors);
    let partitions: Vec<_> = Partition::ALL.iter().map(|it| it.name().to_owned()).collect();
    assert_eq!(listed("/$defs/identity/properties/partition/enum"), partitions);
    assert_eq!(listed("/$defs/target/properties/partition/enum"), partitions);
    let kinds = Kind::ALL.map(|kind| kind.name().to_owned());
    assert_eq!(listed("/$defs/target/properties/kind/enum"), kinds);
}

/// The document with one of its values replaced, or removed when the new value is null.
fn mutilated(document: &Value, pointer: &str, value: Option<Value>) -> Value {
    let mut document = document.clone();
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document.pointer_mut(parent).expect("a place").as_object_mut().expect("an object");
    match value {
        Some(value) => parent.insert(key.to_owned(), value),
        None => parent.remove(key),
    };
    document
}

#[test]
fn a_modified_document_is_invalid() {
    let documents = documents(Document::Report);
    let of = |verdict: &str| {
        let found = documents.iter().find(|(_, document)| document["verdict"] == verdict);
        found.map(|(_, document)| document).expect("a document of each verdict")
    };
    let (allowed, denied, unknown) = (of("allowed"), of("denied"), of("unknown"));
    let broken = [
        (allowed, "/version", Some(json!(2))),
        (allowed, "/verdict", Some(json!("denied"))),
        (allowed, "/verdict", None),
        (allowed, "/identity", Some(Value::Null)),
        (allowed, "/identity/account", Some(json!(111_111_111_111_u64))),
        (allowed, "/identity/account", Some(json!("1111"))),
        (allowed, "/identity/principal/kind", Some(json!("robot"))),
        (allowed, "/expires_at", Some(json!("tomorrow"))),
        (allowed, "/policy/sha256", Some(json!("0123"))),
        (allowed, "/targets", Some(json!(["app"]))),
        (allowed, "/secret", Some(json!("hush"))),
        (allowed, "/source/secret", Some(json!("hush"))),
        (denied, "/verdict", Some(json!("allowed"))),
        (denied, "/violations", Some(json!([]))),
        (denied, "/violations/0/code", Some(json!("wrong-planet"))),
        (denied, "/violations/0/line", Some(json!(0))),
        (denied, "/findings/0/holds", Some(json!("no"))),
        (unknown, "/error", Some(Value::Null)),
        (unknown, "/error/code", Some(json!("whatever"))),
        (unknown, "/environment", None),
    ];
    let mutilated: Vec<Value> = broken
        .iter()
        .map(|(document, pointer, value)| mutilated(document, pointer, value.clone()))
        .collect();
    let errors = errors(Document::Report, &mutilated);
    for ((_, pointer, value), errors) in broken.iter().zip(errors) {
        assert!(!errors.is_empty(), "{pointer} may be {value:?}");
    }
}

#[test]
fn a_modified_identity_document_is_invalid() {
    let documents = documents(Document::Identity);
    let of = |is_known: bool| {
        let found = documents.iter().find(|(_, document)| document["error"].is_null() == is_known);
        found.map(|(_, document)| document).expect("a document of each kind")
    };
    let (known, unknown) = (of(true), of(false));
    let broken = [
        (known, "/version", Some(json!(2))),
        (known, "/identity", Some(Value::Null)),
        (known, "/identity/account", Some(json!("1111"))),
        (known, "/lifetime", Some(json!("eternal"))),
        (known, "/tools", Some(json!([]))),
        (known, "/tools/0/family", Some(json!("perl"))),
        (known, "/secret", Some(json!("hush"))),
        (known, "/environments", None),
        (unknown, "/error/code", Some(json!("whatever"))),
        (unknown, "/error", Some(Value::Null)),
    ];
    let mutilated: Vec<Value> = broken
        .iter()
        .map(|(document, pointer, value)| mutilated(document, pointer, value.clone()))
        .collect();
    let errors = errors(Document::Identity, &mutilated);
    for ((_, pointer, value), errors) in broken.iter().zip(errors) {
        assert!(!errors.is_empty(), "{pointer} may be {value:?}");
    }
}
