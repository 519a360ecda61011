//! The paths at which each family of tools looks for its files: home directories, variables that name a file, and
//! the expansion of `~` and variables in paths.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::dialect::FileKind;
use super::world::Machine;
use crate::tool::Family;

/// The values that determine the paths of files.
#[derive(Clone, Copy)]
pub(crate) struct Lookup<'a> {
    pub(crate) variables: &'a BTreeMap<String, String>,
    pub(crate) machine: &'a Machine,
}

/// The path at which a family looks for a shared file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path that the tool opens; `None` where the tool opens no file.
    pub(crate) path: Option<PathBuf>,
    /// The variable that names the file; `None` for the default path.
    pub(crate) named_by: Option<&'static str>,
}

/// Every file that some tool may read, except tokens and caches. `beside` is the list of files in the working
/// directory, from which SST loads `.env` and `.env.STAGE`.
pub fn files_of(
    variables: &BTreeMap<String, String>,
    machine: &Machine,
    beside: &[PathBuf],
) -> BTreeSet<PathBuf> {
    let lookup = Lookup { variables, machine };
    let mut paths: BTreeSet<_> = beside.iter().filter(|path| is_dotenv(path)).cloned().collect();
    for family in Family::ALL {
        for kind in [FileKind::Config, FileKind::Credentials] {
            paths.extend(lookup.shared_file(family, kind).path);
        }
    }
    paths.extend(lookup.boto_files());
    paths.extend(lookup.cdk_files());
    paths.extend(SAM_FILES.map(PathBuf::from));
    paths.extend(SERVERLESS_FILES.map(PathBuf::from));
    paths
}

/// The files that AWS SAM looks for in the working directory. It reads the first one that exists.
pub(crate) const SAM_FILES: [&str; 3] = ["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

/// Whether SST loads a file with this name into its environment.
pub(crate) fn is_dotenv(path: &Path) -> bool {
    path.to_str().is_some_and(|name| name == ".env" || name.starts_with(".env."))
}

/// The settings files of Serverless in YAML. Its other settings files are programs.
pub(crate) const SERVERLESS_FILES: [&str; 2] = ["serverless.yml", "serverless.yaml"];

impl<'a> Lookup<'a> {
    /// The shared file of a family: from its variable, else in the home directory.
    pub(crate) fn shared_file(self, family: Family, kind: FileKind) -> Place {
        let (variable, name) = match kind {
            FileKind::Config => ("AWS_CONFIG_FILE", "config"),
            FileKind::Credentials => ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        };
        let is_unread =
            family == Family::Serverless && kind == FileKind::Config && !self.loads_config();
        if is_unread {
            return Place { path: None, named_by: None };
        }
        match self.value(variable) {
            Some("") if !takes_blank_for_unset(family) => {
                Place { path: None, named_by: Some(variable) }
            }
            Some("") | None => {
                let path = self.home(family).map(|home| home.join(".aws").join(name));
                Place { path, named_by: None }
            }
            Some(text) => {
                Place { path: Some(self.expanded(family, text)), named_by: Some(variable) }
            }
        }
    }

    /// Whether version 2 of the AWS SDK for JavaScript reads the config file.
    pub(crate) fn loads_config(self) -> bool {
        self.value("AWS_SDK_LOAD_CONFIG").is_some_and(|value| !value.is_empty())
    }

    /// The home directory of a family; `None` if it is unknown. An empty path means the working directory, as in the
    /// tools.
    pub(crate) fn home(self, family: Family) -> Option<PathBuf> {
        if self.machine.is_windows {
            return self.windows_home(family);
        }
        let password_home = self.machine.password_home.clone();
        match family {
            Family::AwsCli | Family::Boto3 => match self.value("HOME") {
                Some("") => Some(PathBuf::from("/")),
                Some(home) => Some(PathBuf::from(home)),
                None => password_home,
            },
            Family::Go | Family::Sst => match self.filled("HOME") {
                Some(home) => Some(PathBuf::from(home)),
                None => password_home,
            },
            Family::Js | Family::Cdk | Family::Serverless => {
                match (self.javascript_home(), self.value("HOME")) {
                    (Some(home), _) => Some(home),
                    (None, Some(_)) => Some(PathBuf::new()),
                    (None, None) => password_home,
                }
            }
            // Without HOME the SDK opens a directory with the name `~`.
            Family::Rust => Some(PathBuf::from(self.value("HOME").unwrap_or("~"))),
        }
    }

    fn windows_home(self, family: Family) -> Option<PathBuf> {
        match family {
            Family::AwsCli | Family::Boto3 | Family::Go | Family::Sst => {
                self.filled("USERPROFILE").map(PathBuf::from).or_else(|| self.drive_home())
            }
            Family::Js | Family::Cdk | Family::Serverless | Family::Rust => self.javascript_home(),
        }
    }

    /// The home directory in the variables that JavaScript reads on every system.
    fn javascript_home(self) -> Option<PathBuf> {
        for name in ["HOME", "USERPROFILE"] {
            if let Some(home) = self.filled(name) {
                return Some(PathBuf::from(home));
            }
        }
        self.drive_home()
    }

    /// `HOMEDRIVE` and `HOMEPATH`, which JavaScript reads on every system.
    fn drive_home(self) -> Option<PathBuf> {
        let path = self.filled("HOMEPATH")?;
        let root = if self.machine.is_windows { "C:\\" } else { "C:/" };
        Some(PathBuf::from(format!("{}{path}", self.value("HOMEDRIVE").unwrap_or(root))))
    }

    fn expanded(self, family: Family, text: &str) -> PathBuf {
        match family {
            Family::AwsCli | Family::Boto3 => self.python_expanded(text),
            Family::Js | Family::Cdk => match (text.strip_prefix("~/"), self.home(family)) {
                (Some(rest), Some(home)) => home.join(rest.trim_start_matches('/')),
                _ => PathBuf::from(text),
            },
            Family::Rust => {
                let path = Path::new(text);
                match (path.strip_prefix("~"), self.home(family)) {
                    (Ok(rest), Some(home)) => home.join(rest),
                    _ => path.to_owned(),
                }
            }
            Family::Go | Family::Sst | Family::Serverless => PathBuf::from(text),
        }
    }

    /// Expands a path with Python's `expandvars`, then with `expanduser` for the current user.
    fn python_expanded(self, text: &str) -> PathBuf {
        let text = self.with_variables(text);
        match (text.strip_prefix('~'), self.home(Family::AwsCli)) {
            (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
                home.join(rest.trim_start_matches('/'))
            }
            _ => PathBuf::from(text),
        }
    }

    /// Expands `$NAME` and `${NAME}`. A variable that is not set is not replaced.
    fn with_variables(self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            expanded.push_str(before);
            let (name, end) = match after.strip_prefix('{').and_then(|it| it.split_once('}')) {
                Some((name, end)) => (name, end),
                None => after.split_at(after.find(|c| !is_word(c)).unwrap_or(after.len())),
            };
            match self.value(name) {
                Some(value) if !name.is_empty() => expanded.push_str(value),
                _ => {
                    let (reference, _) = after.split_at(after.len() - end.len());
                    expanded.push('$');
                    expanded.push_str(reference);
                }
            }
            rest = end;
        }
        expanded.push_str(rest);
        expanded
    }

    /// The configuration files of boto that botocore still reads, in its order.
    pub(crate) fn boto_files(self) -> Vec<PathBuf> {
        match self.value("BOTO_CONFIG") {
            Some("") => Vec::new(),
            Some(named) => vec![self.python_expanded(named)],
            None => {
                let mut paths = vec![PathBuf::from("/etc/boto.cfg")];
                paths.extend(self.home(Family::Boto3).map(|home| home.join(".boto")));
                paths
            }
        }
    }

    /// The settings files of the CDK: of the project, then of the user. The home directory is Node's
    /// `os.homedir`, which is the same as Python's: `HOME`, on Windows `USERPROFILE`.
    pub(crate) fn cdk_files(self) -> Vec<PathBuf> {
        let mut paths = vec![PathBuf::from("cdk.json")];
        paths.extend(self.home(Family::Boto3).map(|home| home.join(".cdk.json")));
        paths
    }

    fn value(self, name: &str) -> Option<&'a str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The value of a variable; `None` if it is unset or empty.
    fn filled(self, name: &str) -> Option<&'a str> {
        self.value(name).filter(|value| !value.is_empty())
    }
}

/// Whether Python treats the character as a part of the name of a variable.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a family treats a blank variable as unset.
pub(crate) fn takes_blank_for_unset(family: Family) -> bool {
    match family {
        Family::Go | Family::Sst | Family::Js | Family::Cdk | Family::Serverless => true,
        Family::AwsCli | Family::Boto3 | Family::Rust => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup<'a>(variables: &'a BTreeMap<String, String>, machine: &'a Machine) -> Lookup<'a> {
        Lookup { variables, machine }
    }

    fn config(variables: &[(&str, &str)], family: Family) -> String {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables = variables.iter().map(owned).collect();
        let machine = Machine { password_home: Some(PathBuf::from("/pw")), ..Machine::default() };
        let place = lookup(&variables, &machine).shared_file(family, FileKind::Config);
        place.path.map_or_else(|| "none".to_owned(), |path| path.display().to_string())
    }

    #[test]
    fn each_family_finds_its_home() {
        type Variables = &'static [(&'static str, &'static str)];
        const HOMES: [(Variables, [&str; 5]); 6] = [
            (&[("HOME", "/h")], ["/h", "/h", "/h", "/h", "/h"]),
            (&[("HOME", "")], ["/", "", "/pw", "", ""]),
            (&[], ["/pw", "/pw", "/pw", "/pw", "~"]),
            (&[("HOME", ""), ("USERPROFILE", "/up")], ["/", "/up", "/pw", "/up", ""]),
            (&[("USERPROFILE", "/up")], ["/pw", "/up", "/pw", "/up", "~"]),
            (&[("HOMEPATH", "x")], ["/pw", "C:/x", "/pw", "C:/x", "~"]),
        ];
        let families = [Family::Boto3, Family::Js, Family::Go, Family::Cdk, Family::Rust];
        for (variables, homes) in HOMES {
            for (family, home) in families.into_iter().zip(homes) {
                let expected = Path::new(home).join(".aws/config").display().to_string();
                assert_eq!(config(variables, family), expected, "{family} {variables:?}");
            }
        }
    }

    #[test]
    fn each_family_expands_the_paths_that_its_tools_expand() {
        const PATHS: [(&str, [&str; 4]); 9] = [
            ("/abs", ["/abs", "/abs", "/abs", "/abs"]),
            ("", ["none", "/h/.aws/config", "/h/.aws/config", "none"]),
            ("~/x", ["/h/x", "/h/x", "~/x", "/h/x"]),
            ("~//x", ["/h/x", "/h/x", "~//x", "/h/x"]),
            ("~", ["/h/", "~", "~", "/h/"]),
            ("~user/x", ["~user/x", "~user/x", "~user/x", "~user/x"]),
            ("$HOME/x", ["/h/x", "$HOME/x", "$HOME/x", "$HOME/x"]),
            ("${T}/x", ["/h/x", "${T}/x", "${T}/x", "${T}/x"]),
            ("$NO/$", ["$NO/$", "$NO/$", "$NO/$", "$NO/$"]),
        ];
        let families = [Family::AwsCli, Family::Js, Family::Go, Family::Rust];
        for (text, expected) in PATHS {
            for (family, expected) in families.into_iter().zip(expected) {
                let variables = [("HOME", "/h"), ("T", "~"), ("AWS_CONFIG_FILE", text)];
                assert_eq!(config(&variables, family), expected, "{family} {text}");
            }
        }
    }

    #[test]
    fn the_cdk_finds_its_users_file_by_the_variable_of_the_system() {
        const HOMES: [(bool, &str); 2] = [(false, "/h/.cdk.json"), (true, "/up/.cdk.json")];
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let variables = BTreeMap::from([set("HOME", "/h"), set("USERPROFILE", "/up")]);
        for (is_windows, expected) in HOMES {
            let machine = Machine { is_windows, ..Machine::default() };
            let files = lookup(&variables, &machine).cdk_files();
            assert_eq!(files, [PathBuf::from("cdk.json"), PathBuf::from(expected)]);
        }
    }

    #[test]
    fn serverless_reads_the_config_file_only_with_aws_sdk_load_config() {
        let named = ("AWS_CONFIG_FILE", "~/x");
        assert_eq!(config(&[("HOME", "/h"), named], Family::Serverless), "none");
        let load = ("AWS_SDK_LOAD_CONFIG", "1");
        assert_eq!(config(&[("HOME", "/h"), named, load], Family::Serverless), "~/x");
        assert_eq!(config(&[("HOME", "/h"), load], Family::Serverless), "/h/.aws/config");
    }
}
