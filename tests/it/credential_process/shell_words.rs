//! Tests of the rule that decides whether a `credential_process` is the same with and without a
//! shell, against the shells of this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use account_guard::source::Platform;

/// Shells that may be `sh`. Not every machine has all of them.
const SHELLS: [&[&str]; 4] = [&["sh"], &["dash"], &["bash", "--posix"], &["busybox", "sh"]];
const LINES: usize = 2000;
const PIECES: &[&str] = &[
    "a",
    "b",
    "Z",
    "9",
    "-",
    "--",
    "=",
    "/",
    ".",
    ":",
    ",",
    "@",
    "%",
    "+",
    "_",
    "ü",
    "日",
    " ",
    " ",
    "  ",
    "\t",
    "'",
    "'",
    "\"",
    "\"",
    "\\",
    "\\ ",
    "\\\"",
    "\\\\",
    "\\'",
    "\\a",
    "\\$",
    "''",
    "\"\"",
    "'a b'",
    "\"a b\"",
    "\"a'b\"",
    "'a\"b'",
    "'$a `b` !'",
    "\"*\"",
    "'~'",
    "$a",
    "`",
    "!",
    "*",
    "?",
    "[a]",
    "{a,b}",
    "#",
    "~",
    "|",
    "&",
    ";",
    "<",
    ">",
    "(",
    ")",
    "\n",
    "\r",
    "\u{a0}",
    "\u{3000}",
    "\u{b}",
    "A=b",
    "%1",
];

/// A generator of numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

fn line(numbers: &mut Numbers, programs: &[String]) -> String {
    let length = numbers.below(7);
    let mut line = programs[numbers.below(programs.len())].clone();
    if numbers.below(8) > 0 {
        line.push(' ');
    }
    line.extend((0..length).map(|_| PIECES[numbers.below(PIECES.len())]));
    line
}

fn program(at: &Path) {
    fs::create_dir_all(at.parent().unwrap()).unwrap();
    fs::write(at, "#!/bin/sh\nprintf '%s\\0' \"$0\" \"$@\"\n").unwrap();
    fs::set_permissions(at, fs::Permissions::from_mode(0o755)).unwrap();
}

/// The name and arguments of a program as it prints them; empty if the program was not found.
fn output(command: &mut Command, home: &Path) -> Vec<u8> {
    let path = format!("{}:/usr/bin:/bin", home.display());
    let command = command.env_clear().env("PATH", path).current_dir(home);
    command.stdin(Stdio::null()).output().map(|it| it.stdout).unwrap_or_default()
}

fn is_there(shell: &[&str]) -> bool {
    Command::new(shell[0])
        .args(&shell[1..])
        .args(["-c", ":"])
        .output()
        .is_ok_and(|it| it.status.success())
}

#[test]
fn shells_run_the_same_words_for_equivalent_lines() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path().canonicalize().unwrap();
    for at in ["show", "a b/show", "ü/show"] {
        program(&home.join(at));
    }
    let at = home.display();
    let programs = [
        "show".to_owned(),
        "./show".to_owned(),
        format!("{at}/show"),
        format!("\"{at}/a b/show\""),
        format!("'{at}/a b/show'"),
        format!("{at}/a\\ b/show"),
        format!("{at}/ü/show"),
        "sh\\ow".to_owned(),
        "'sho'w".to_owned(),
    ];
    let shells: Vec<_> = SHELLS.into_iter().filter(|shell| is_there(shell)).collect();
    let mut numbers = Numbers(12);
    let mut same = 0;
    for line in (0..LINES).map(|_| line(&mut numbers, &programs)) {
        if !Platform::Posix.is_same_in_shell(&line) {
            continue;
        }
        same += 1;
        let words = Platform::Posix.words(&line).unwrap();
        let expected = output(Command::new(&words[0]).args(&words[1..]), &home);
        // Each line is run by one shell only, in turn, to keep the test short.
        let shell = shells[same % shells.len()];
        let printed = output(Command::new(shell[0]).args(&shell[1..]).args(["-c", &line]), &home);
        let [printed, expected] = [printed, expected].map(|it| String::from_utf8(it).unwrap());
        let arguments =
            |text: &str| text.split('\0').skip(1).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(arguments(&printed), arguments(&expected), "{shell:?} {line:?}");
    }
    assert!(same > 250, "{same} lines were the same");
}

/// A shell prints the path of a program, but only the name of a builtin.
#[test]
fn shell_builtins_are_not_equivalent() {
    let listed = Command::new("bash").args(["-c", "compgen -b; compgen -k"]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let usual = "cd echo test true false printf kill pwd exec time if local type wait umask read";
    let names: Vec<&str> = listed.lines().chain(usual.split(' ')).collect();
    assert!(names.len() > 60, "{names:?}");
    for shell in SHELLS.into_iter().filter(|shell| is_there(shell)) {
        for name in &names {
            let script = "command -v -- \"$NAME\" || command -v \"$NAME\"";
            let found = Command::new(shell[0])
                .args(&shell[1..])
                .args(["-c", script])
                .env("NAME", name)
                .output()
                .unwrap();
            let found = String::from_utf8(found.stdout).unwrap();
            let is_taken = !found.is_empty() && !found.contains('/');
            assert!(
                !is_taken || !Platform::Posix.is_same_in_shell(&format!("{name} a")),
                "{shell:?} {name}"
            );
        }
    }
}
