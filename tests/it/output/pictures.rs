//! Tests that the pictures of the README are drawn from the output of the program: a refusal and an
//! identity.

use std::fmt::Write;
use std::path::Path;

use crate::demo::Demo;

/// The command that redraws the pictures.
const REDRAW: &str = "REDRAW=1 cargo test --test it output::pictures";

const COMMAND: &str = "account-guard check prod --policy examples/demo/account-guard.toml";

const WHOAMI: &str = "account-guard identity --policy examples/demo/account-guard.toml";

/// The width of a column and the height of a line, in pixels, at a font size of 14.
const COLUMN: f32 = 8.4;
const LINE: usize = 20;
const MARGIN: usize = 20;

const BACKGROUND: &str = "#0d1117";
const BORDER: &str = "#6e7681";
const FOREGROUND: &str = "#e6edf3";

/// A part of a line in one style.
#[derive(Debug, PartialEq)]
struct Run<'a> {
    column: usize,
    style: Style,
    text: &'a str,
}

/// The style that escape sequences of the program select.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Style {
    colour: Option<&'static str>,
    is_bold: bool,
}

impl Style {
    /// The style after the parameters `31;1`.
    fn after(self, codes: &str) -> Self {
        codes.split(';').fold(self, |style, code| match code {
            "0" => Self::default(),
            "1" => Self { is_bold: true, ..style },
            "2" => Self { colour: Some("#9198a1"), ..style },
            "31" => Self { colour: Some("#ff7b72"), ..style },
            "32" => Self { colour: Some("#7ee787"), ..style },
            "33" => Self { colour: Some("#e3b341"), ..style },
            other => panic!("the picture does not know the style {other}"),
        })
    }
}

/// The parts of a line that contain more than spaces.
fn runs(line: &str) -> Vec<Run<'_>> {
    let (mut runs, mut column, mut style) = (Vec::new(), 0, Style::default());
    for (index, piece) in line.split("\u{1b}[").enumerate() {
        let text = if index == 0 {
            piece
        } else {
            let (codes, text) = piece.split_once('m').expect("a style");
            style = style.after(codes);
            text
        };
        for text in columns(text) {
            if !text.trim().is_empty() {
                let blank = text.chars().take_while(|&c| c == ' ').count();
                runs.push(Run { column: column + blank, style, text: text.trim() });
            }
            column += text.chars().count();
        }
    }
    runs
}

/// Splits before each text that follows two or more spaces, so that columns are aligned in every
/// font.
fn columns(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut blanks) = (0, 0);
    for (at, c) in text.char_indices() {
        if c == ' ' {
            blanks += 1;
        } else {
            if blanks > 1 {
                pieces.push(&text[start..at - blanks]);
                start = at - blanks;
            }
            blanks = 0;
        }
    }
    pieces.push(&text[start..]);
    pieces
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A text with escape sequences, as an SVG file without dependencies.
fn svg(title: &str, text: &str) -> String {
    let lines: Vec<Vec<Run<'_>>> = text.lines().map(runs).collect();
    let ends = lines.iter().flatten().map(|run| run.column + run.text.chars().count());
    let width = pixels(ends.max().unwrap_or(0)) + 2.0 * as_pixels(MARGIN);
    let height = lines.len() * LINE + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height}\" \
         viewBox=\"0 0 {width:.0} {height}\" role=\"img\">\n<title>{}</title>\n\
         <rect x=\"0.5\" y=\"0.5\" width=\"{:.0}\" height=\"{}\" rx=\"8\" fill=\"{BACKGROUND}\" \
         stroke=\"{BORDER}\"/>\n<g fill=\"{FOREGROUND}\" font-size=\"14\" \
         font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', \
         monospace\">\n",
        escaped(title),
        width - 1.0,
        height - 1
    );
    for (index, runs) in lines.iter().enumerate() {
        for run in runs {
            draw(&mut svg, index, run);
        }
    }
    svg + "</g>\n</svg>\n"
}

fn draw(svg: &mut String, line: usize, run: &Run<'_>) {
    let x = as_pixels(MARGIN) + pixels(run.column);
    let y = MARGIN + line * LINE + 15;
    let length = pixels(run.text.chars().count());
    let fill = run.style.colour.map(|colour| format!(" fill=\"{colour}\"")).unwrap_or_default();
    let weight = if run.style.is_bold { " font-weight=\"bold\"" } else { "" };
    writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y}\" textLength=\"{length:.1}\"{fill}{weight}>{}</text>",
        escaped(run.text)
    )
    .expect("a String takes all");
}

fn as_pixels(whole: usize) -> f32 {
    f32::from(u16::try_from(whole).expect("a picture of some size"))
}

fn pixels(columns: usize) -> f32 {
    as_pixels(columns) * COLUMN
}

/// Compares a picture in `docs` with the drawn one, or writes it.
#[track_caller]
fn hold(name: &str, drawn: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    if std::env::var_os("REDRAW").is_some() {
        std::fs::write(&path, drawn).expect("a picture");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == drawn, "docs/{name} shows something else; run: {REDRAW}");
}

/// With keys in the environment, and a profile that some tools would use instead.
#[test]
fn the_picture_of_an_identity_equals_the_output() {
    let words: Vec<&str> = WHOAMI.split(' ').skip(1).chain(["--color", "always"]).collect();
    let variables = [
        ("AWS_ACCESS_KEY_ID", "demo-staging"),
        ("AWS_SECRET_ACCESS_KEY", "opens-nothing"),
        ("AWS_SESSION_TOKEN", "opens-nothing"),
        ("AWS_CONFIG_FILE", "examples/demo/aws-config"),
        ("AWS_PROFILE", "prod"),
    ];
    let outcome = Demo::start().run(&variables, &words);
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    // The loopback STS listens on a random port; the picture shows the port of LocalStack.
    let shown = outcome.stable(&outcome.stdout).replace("[PORT]", "4566");
    let title =
        "account-guard identity: a role of staging, and one tool that would use other credentials";
    hold("identity.svg", &svg(title, &format!("$ {WHOAMI}\n{shown}")));
}

#[test]
fn the_picture_of_a_refusal_equals_the_output() {
    let words: Vec<&str> = COMMAND.split(' ').skip(1).chain(["--color", "always"]).collect();
    let keys = [("AWS_ACCESS_KEY_ID", "demo-staging"), ("AWS_SECRET_ACCESS_KEY", "opens-nothing")];
    let outcome = Demo::start().run(&keys, &words);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(1), ""), "{outcome:?}");
    let title = "A refusal of account-guard: the credentials are for staging, not for prod";
    hold("refusal.svg", &svg(title, &format!("$ {COMMAND}\n{}", outcome.stdout)));
}

#[test]
fn styles_end_at_their_escape_sequence() {
    let red = Style { colour: Some("#ff7b72"), is_bold: true };
    let plain = Style::default();
    assert_eq!(
        runs("  \u{1b}[31;1m✗\u{1b}[0m  a b   c"),
        [
            Run { column: 2, style: red, text: "✗" },
            Run { column: 5, style: plain, text: "a b" },
            Run { column: 11, style: plain, text: "c" },
        ]
    );
    assert_eq!(runs("   "), []);
}

#[test]
fn a_picture_of_any_text_is_well_formed() {
    let drawn = svg("a & b", "<script> \"x\" & y");
    assert!(drawn.contains("<title>a &amp; b</title>"), "{drawn}");
    assert!(drawn.contains(">&lt;script&gt; &quot;x&quot; &amp; y</text>"), "{drawn}");
}
