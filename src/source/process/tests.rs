use serde_json::Value;

use super::Platform;

/// The words into which botocore itself split these lines, recorded by `tests/oracles/splitting.py`.
const SPLIT_BY_BOTOCORE: &str = include_str!("../../../tests/oracles/splitting.json");

#[test]
fn lines_are_split_as_botocore_splits_them() {
    let recorded: Value = serde_json::from_str(SPLIT_BY_BOTOCORE).unwrap();
    let pairs = recorded["pairs"].as_array().unwrap();
    assert!(pairs.len() > 2000);
    for pair in pairs {
        let [platform, line, words] = pair.as_array().unwrap().as_slice() else { panic!("{pair}") };
        let platform = if platform == "win32" { Platform::Windows } else { Platform::Posix };
        let split = platform.words(line.as_str().unwrap());
        let expected = words.as_array().map(|words| {
            words.iter().map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        });
        assert_eq!(split, expected, "{platform:?} {line}");
    }
}

#[test]
fn a_line_that_every_shell_reads_as_botocore_does_is_the_same() {
    for line in [
        "vend",
        "  vend\tprod  ",
        "/opt/tools/vend --role=deploy --user a@b.example,c:d+e",
        r#""/opt/our tools/vend" prod"#,
        "'/opt/our tools/vend' prod",
        r"/opt/our\ tools/vend prod",
        r#"vend "a 'b' \"c\" \\ d" 'e "$f" `g` \h!'"#,
        r"vend \$HOME \* \; \~",
        r##"vend "*" "?" "[" "#~" "&" "" ''"##,
        "vend %USER% 50%",
        "vend A=b",
        "/usr/bin/test a",
        "/bin/echo a",
        "/home/jürgen/vend",
        "aws-vault exec prod --json",
    ] {
        assert!(Platform::Posix.is_same_in_shell(line), "{line}");
    }
}

/// Command lines that a shell reads differently from botocore, or that it runs itself.
const DIFFERENT: &[&str] = &[
    "",
    " ",
    "''",
    "\"\" a",
    "vend $WHO",
    "vend \"$WHO\"",
    "vend `who`",
    "vend \"`who`\"",
    "vend a|b",
    "vend &",
    "vend;",
    "vend <a",
    "vend >a",
    "(vend)",
    "vend *",
    "vend a?",
    "vend [ab]",
    "vend {a,b}",
    "vend #a",
    "vend a#",
    "~/vend",
    "vend ~",
    "vend a:~",
    "vend !a",
    "vend \"a!\"",
    "vend \"a\\b\"",
    "vend \"\\$a\"",
    "vend a\nb",
    "vend a\rb",
    "vend 'a\nb'",
    "vend a\\\nb",
    "vend 'a",
    "vend \"a",
    "vend \"a\\\"",
    "vend a\\",
    "A=b vend",
    "A=b",
    "'A=b' vend",
    "if a",
    "'if' a",
    "time vend",
    "exec vend",
    "cd",
    "echo a",
    "e\\cho a",
    "test a",
    "true",
    "[ a",
    ": a",
    ". vend",
    "%vend",
    "- vend",
    "vend\u{a0}a",
    "vend \u{3000}",
    "vend \u{b}",
    "vend \u{7f}",
    "vend ''\0",
];

#[test]
fn a_line_that_some_shell_reads_differently_is_not_the_same() {
    for line in DIFFERENT {
        assert!(!Platform::Posix.is_same_in_shell(line), "{line:?}");
    }
}

#[test]
fn only_a_plain_exe_is_the_same_for_the_shell_of_windows() {
    for line in [
        r"C:\tools\vend.exe prod",
        "vend.EXE  --role=deploy a@b.example /flag:a",
        r"\\server\share\vend.exe",
    ] {
        assert!(Platform::Windows.is_same_in_shell(line), "{line}");
    }
    for line in [
        "",
        "vend prod",
        "vend.cmd",
        "vend.bat prod",
        r#""C:\Program Files\vend.exe""#,
        "vend.exe %USER%",
        "vend.exe ^a",
        "vend.exe a&b",
        "vend.exe a|b",
        "vend.exe >a",
        "C:/tools/vend.exe",
        "vend.exe \"a\"",
        "vend.exe a!b",
        "echo.exe a",
        "a=b.exe",
        "vend.exe\u{a0}a",
        "(vend.exe",
        "@vend.exe",
    ] {
        assert!(!Platform::Windows.is_same_in_shell(line), "{line}");
    }
}
