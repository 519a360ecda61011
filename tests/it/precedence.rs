//! The tables of precedence against what real tools were seen to choose: `tests/oracles/answers.json`.
//!
//! Wherever a family's table names a winner, the tool chose the same, in the same region; or the
//! table refuses and says why, where the tool went on past a misconfiguration.

mod differences;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use account_guard::source::{
    Asked, Contents, File, Inventory, Kind, Machine, Runner, Source, Winner, World, files_of,
};
use account_guard::tool::{Family, Tool};
use serde_json::Value;

use differences::{FAILURES, REFUSALS};

const HOME: &str = "/home/somebody";

/// The file `boto` in the oracles' home, which `BOTO_CONFIG` names in some set-ups.
const BOTO: &str = "[Credentials]\naws_access_key_id = boto\naws_secret_access_key = secret\n";

/// The session of `aws login` that is not in the oracles' home; the other one is, and is sound.
const NO_LOGIN: &str = "login-nobody";

/// The oracles, and the families whose rules they show.
const ORACLES: [(&str, Family); 10] = [
    ("aws-cli-v2", Family::AwsCli),
    ("boto3", Family::Boto3),
    ("aws-cli-v1", Family::Boto3),
    ("go", Family::Go),
    ("terraform", Family::Go),
    ("js", Family::Js),
    ("cdk", Family::Cdk),
    ("rust", Family::Rust),
    ("sst", Family::Sst),
    ("serverless", Family::Serverless),
];

/// The beginnings of the names of set-ups in which Debian's release of the Go SDK is not compared: its older
/// parser reads these files in another way than that of Terraform and SST.
const OF_THE_OLDER_PARSER: [&str; 4] =
    ["behind bracket", "double quotes", "single quotes", "header a tab"];

/// Set-ups with a relative path: the oracle starts Terraform with `-chdir`, which looks for such a file in
/// another directory.
const OF_ANOTHER_DIRECTORY: [&str; 5] = [
    "home HOME relative",
    "path AWS_CONFIG_FILE=./",
    "path AWS_CONFIG_FILE=other-config",
    "path AWS_SHARED_CREDENTIALS_FILE=./",
    "path AWS_SHARED_CREDENTIALS_FILE=other-credentials",
];

/// What our table says, in the oracles' own words; or the code of what is wrong.
fn ours(setup: &Value, oracle: &str, family: Family) -> Result<(String, Option<String>), String> {
    let tool = Tool::named(oracle).unwrap_or(Tool::of(family));
    let world = world(setup);
    let profile = setup["profile"].as_str().map(str::to_owned);
    let asked = Asked { profile, ..Asked::default() };
    let winner = Inventory::take(&world, &asked).winner(tool);
    let Winner { source, region, .. } = winner.map_err(|why| why.code.name().to_owned())?;
    Ok((tag(&source), region.map(|region| region.to_string())))
}

/// The world of a set-up, with every file that a tool may read in it.
fn world(setup: &Value) -> World {
    let variables = environment(setup);
    let machine = Machine {
        password_home: Some(PathBuf::from(HOME).join("of-passwd")),
        is_windows: false,
        is_ec2: false,
    };
    let files = files(setup);
    let start = PathBuf::from(HOME).join(setup["cwd"].as_str().unwrap_or_default());
    let beside: Vec<_> =
        files.keys().filter_map(|path| Some(path.strip_prefix(&start).ok()?.to_owned())).collect();
    let found = files_of(&variables, &machine, &beside).into_iter().map(|path| {
        let contents = opened(&files, setup, &path)
            .map_or(Contents::Missing, |text| Contents::Bytes(text.clone().into_bytes()));
        (path, File::new(contents))
    });
    World {
        files: found.collect(),
        variables,
        repeated: BTreeSet::new(),
        machine,
        now: SystemTime::now(),
    }
}

/// The environment of a set-up: `HOME` and the variables that it sets, without those that it leaves unset.
fn environment(setup: &Value) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::from([("HOME".to_owned(), HOME.to_owned())]);
    for (name, value) in setup["variables"].as_object().unwrap() {
        variables.insert(name.clone(), here(value.as_str().unwrap()));
    }
    for name in setup["unset"].as_array().into_iter().flatten() {
        variables.remove(name.as_str().unwrap());
    }
    variables
}

/// The texts of the files of a set-up, by their absolute paths.
fn files(setup: &Value) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::from([(PathBuf::from(HOME).join("boto"), BOTO.to_owned())]);
    for name in ["config", "credentials"] {
        if let Some(text) = setup[name].as_str() {
            files.insert(PathBuf::from(HOME).join(".aws").join(name), here(text));
        }
    }
    for (name, text) in setup["files"].as_object().into_iter().flatten() {
        files.insert(PathBuf::from(HOME).join(name), here(text.as_str().unwrap()));
    }
    files
}

/// The text of the file that a tool opens by this path in the working directory of a set-up.
fn opened<'f>(
    files: &'f BTreeMap<PathBuf, String>,
    setup: &Value,
    path: &Path,
) -> Option<&'f String> {
    let start = PathBuf::from(HOME).join(setup["cwd"].as_str().unwrap_or_default());
    let mut absolute = PathBuf::new();
    for part in start.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                absolute.pop();
            }
            part => absolute.push(part),
        }
    }
    files.get(&absolute)
}

fn here(text: &str) -> String {
    text.replace("{home}", HOME).replace("{url}", "http://127.0.0.1:1")
}

/// The key ID by which the oracles' server would know the source: of a role with who assumes it.
fn tag(source: &Source) -> String {
    let role = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
    match &source.kind {
        Kind::Keys(keys) => keys.access_key_id.clone(),
        Kind::Role(call) => format!("role-{}-by-{}", role(&call.request.role_arn), tag(&call.from)),
        Kind::Session(call) => format!("session-by-{}", tag(&call.from)),
        Kind::WebIdentity(call) => format!("web-{}", role(&call.role_arn)),
        Kind::Saml(call) => format!("saml-{}", role(&call.role_arn)),
        Kind::Sso(sso) => format!("sso-{}", sso.role_name),
        Kind::Login(login) => format!("login-{}", login.session),
        Kind::Process(process) => {
            let word = process.command.expose().rsplit(' ').next().unwrap_or_default();
            let said = if process.runner == Runner::Shell { "expanded" } else { "-WHO" };
            let is_kept = |it: &char| it.is_ascii_alphanumeric() || *it == '-';
            let argument = word.replace("$WHO", said).chars().filter(is_kept).collect::<String>();
            format!("process-{argument}")
        }
        Kind::Container(_) => "container".to_owned(),
        Kind::Instance => "instance".to_owned(),
    }
}

/// How a tool and our table agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Agreement {
    /// The same source in the same region.
    Same,
    /// The tool fails, and so do we.
    BothRefuse,
    /// We refuse; the tool ends at the role of the container or the instance.
    EndsAtTheMachine,
    /// We refuse for one of `REFUSALS`; the tool uses other credentials.
    WeRefuse(&'static str),
    /// We name the source, but no region is set: the tool fails, unless its own code sets a region.
    NoRegion,
    /// We name the source; the tool fails for one of `FAILURES`.
    ToolFails(&'static str),
    /// The source has to be obtained, which fails here: the tool fails or goes on, and we fail.
    CannotBeObtained,
    /// The tool asks the instance metadata for the region, and we treat it as unknown.
    RegionOfMachine,
}

impl Agreement {
    /// The column of the documentation, from 0.
    fn column(self) -> usize {
        match self {
            Self::Same => 0,
            Self::BothRefuse => 1,
            Self::EndsAtTheMachine => 2,
            Self::WeRefuse(_) => 3,
            Self::NoRegion => 4,
            Self::ToolFails(_) => 5,
            Self::CannotBeObtained => 6,
            Self::RegionOfMachine => 7,
        }
    }
}

const COLUMNS: usize = 8;

/// How they agree; `None` where they differ in a way that is no known kind.
fn agreement(row: &Row) -> Option<Agreement> {
    let (ours, theirs) = (ours(&row.setup, row.oracle, row.family), theirs(&row.answer));
    match (ours, theirs) {
        (Err(_), None) => Some(Agreement::BothRefuse),
        (Err(code), Some((who, _))) => {
            let is_machine = |it: &str| it.ends_with("instance") || it.ends_with("container");
            if is_machine(&who) {
                return Some(Agreement::EndsAtTheMachine);
            }
            differences::of(REFUSALS, &row.name, row.oracle, &code).map(Agreement::WeRefuse)
        }
        (Ok((ours, region)), Some((theirs, _))) if ours != theirs => {
            let is_to_obtain = ["role-", "process-", "web-"].iter().any(|it| ours.starts_with(it));
            let is_lost = theirs == "instance" && is_to_obtain && region.is_some();
            is_lost.then_some(Agreement::CannotBeObtained)
        }
        (Ok((_, Some(ours))), Some((_, theirs))) => (ours == theirs).then_some(Agreement::Same),
        (Ok((_, None)), Some((_, region))) => {
            (region == "ap-south-1").then_some(Agreement::RegionOfMachine)
        }
        (Ok((ours, region)), None) => {
            let is_to_obtain = ["role-", "process-", NO_LOGIN, "sso-", "web-"];
            if is_to_obtain.iter().any(|it| ours.starts_with(it)) {
                return Some(Agreement::CannotBeObtained);
            }
            if region.is_none() {
                return Some(Agreement::NoRegion);
            }
            differences::of(FAILURES, &row.name, row.oracle, "").map(Agreement::ToolFails)
        }
    }
}

/// What a tool did: the key ID that it signed with, and the region; nothing where it failed.
fn theirs(answer: &str) -> Option<(String, String)> {
    let mut words = answer.split(' ');
    let (key, region) = (words.next()?, words.next()?);
    Some((key.to_owned(), region.to_owned()))
}

fn read(name: &str) -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracles").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What one oracle answered in one set-up.
struct Row {
    name: String,
    setup: Value,
    oracle: &'static str,
    family: Family,
    answer: String,
}

/// Every set-up and oracle whose family is judged in it. An explicit profile narrows the scope to our own
/// chain, which is the AWS CLI's.
fn rows() -> Vec<Row> {
    let (setups, answers) = (read("setups.json"), read("answers.json"));
    let mut rows = Vec::new();
    for (name, setup) in setups.as_object().unwrap() {
        for (oracle, family) in ORACLES {
            let Some(answer) = answers["answers"][name.as_str()][oracle].as_str() else { continue };
            let is_judged = setup["profile"].is_null() || family == Family::AwsCli;
            let is_older = OF_THE_OLDER_PARSER.iter().any(|it| name.starts_with(it));
            let is_elsewhere = OF_ANOTHER_DIRECTORY.iter().any(|it| name.starts_with(it));
            let is_left_out =
                (oracle == "go" && is_older) || (oracle == "terraform" && is_elsewhere);
            if is_judged && !is_left_out {
                let (name, setup, answer) = (name.clone(), setup.clone(), answer.to_owned());
                rows.push(Row { name, setup, oracle, family, answer });
            }
        }
    }
    rows
}

#[test]
fn a_table_names_the_source_that_the_tool_used_or_refuses() {
    let rows = rows();
    assert!(rows.len() > 2_000, "{} rows", rows.len());
    let mut differing = Vec::new();
    for row in rows.iter().filter(|row| agreement(row).is_none()) {
        let Row { name, setup, oracle, family, answer } = row;
        let ours = ours(setup, oracle, *family);
        differing.push(format!("{oracle}, {name}: {answer}, and account-guard: {ours:?}"));
    }
    assert_eq!(differing, [""; 0], "{} of {}", differing.len(), rows.len());
}

/// Files as old laptops have them, with several oddities each: a tool that reads one is judged by it.
#[test]
fn a_file_that_a_tool_reads_is_not_refused() {
    let (mut refused, mut count) = (Vec::new(), 0);
    for row in rows().iter().filter(|row| row.name.starts_with("laptop ")) {
        count += 1;
        if let Some(Agreement::WeRefuse(kind)) = agreement(row) {
            refused.push(format!("{}, {}: {} ({kind})", row.oracle, row.name, row.answer));
        }
    }
    assert!(count >= 300, "{count} rows");
    assert_eq!(refused, [""; 0]);
}

#[test]
fn the_documentation_counts_how_they_agree() {
    let mut counts: BTreeMap<&str, [usize; COLUMNS]> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for row in rows() {
        let found = agreement(&row).unwrap();
        if let Some(count) = counts.entry(row.oracle).or_default().get_mut(found.column()) {
            *count += 1;
        }
        if let Agreement::WeRefuse(kind) | Agreement::ToolFails(kind) = found {
            *kinds.entry(kind).or_default() += 1;
        }
    }
    let cells =
        |cells: &[usize]| cells.iter().map(usize::to_string).collect::<Vec<_>>().join(" | ");
    let mut expected: Vec<_> = ORACLES
        .iter()
        .map(|(oracle, _)| format!("| {oracle} | {} |", cells(&counts[oracle])))
        .collect();
    for kind in REFUSALS.iter().chain(FAILURES) {
        let count = kinds.get(kind.name).copied().unwrap_or_default();
        assert!(count > 0, "no row is of the kind: {}", kind.name);
        expected.push(format!("| {} | {count} |", kind.name));
    }
    let root = env!("CARGO_MANIFEST_DIR");
    let page = std::fs::read_to_string(format!("{root}/docs/precedence.md")).unwrap();
    for row in &expected {
        assert!(page.contains(row), "docs/precedence.md lacks:\n{}", expected.join("\n"));
    }
}
