//! The program: arguments to a command, its answer to the streams, an exit code.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::exit;

use account_guard::cli::{self, Cli, ColorArg, Command, CredentialsArgs, PolicyCommand};
use account_guard::command::check::check;
use account_guard::command::completions::completions;
use account_guard::command::credentials::credentials;
use account_guard::command::destination::Destination;
use account_guard::command::docker::{HELPER, NOT_FOUND, Reply, docker_credential};
use account_guard::command::exec::{Launch, exec};
use account_guard::command::identity::{Looks, identity};
use account_guard::command::lint::lint;
use account_guard::command::man::man;
use account_guard::command::{Answer, Colours, Exit, FileToWrite, discard, leave_nothing_running};
use account_guard::report::text::{Colour, harmless};
use anstream::{AutoStream, ColorChoice};
use clap::Parser;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        // What a panic says may hold what it choked on; only where it happened is told.
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
        let text =
            format!("UNKNOWN: account-guard failed{} (internal)\n", place.unwrap_or_default());
        let reader = Reader::here();
        let _ = io::stderr().write_all(text.as_bytes());
        let _ = write(&mut io::stdout(), reader.refusal());
        if let Some(destination) = Destination::asked(words().into_iter().skip(1)) {
            refuse(&destination, reader.failed());
        }
        leave_nothing_running();
        exit(reader.failed().code());
    }));
    let exit_code = match Cli::try_parse_from(words()) {
        Ok(cli) => run(cli.command),
        Err(usage) => explain(&usage).code(),
    };
    leave_nothing_running();
    // Not a return: threads that still wait for an answer must not be waited for.
    exit(exit_code)
}

fn run(command: Command) -> i32 {
    match command {
        Command::Check(args) => {
            let colours = colours(args.common.color);
            deliver(&check(*args, colours), Exit::Unknown).code()
        }
        Command::Exec(args) => {
            let colours = colours(args.common.color);
            let (answer, launch) = exec(*args, colours);
            start(&answer, launch)
        }
        Command::Credentials(args) => hand_over(*args).code(),
        Command::DockerCredential(args) => {
            tell(&docker_credential(args.action, colours(ColorArg::Auto).stderr)).code()
        }
        Command::Policy(PolicyCommand::Lint(args)) => {
            deliver(&lint(&args, colours(args.color).stderr), Exit::Unknown).code()
        }
        Command::Identity(args) => {
            let looks = Looks { colours: colours(args.color), columns: columns() };
            deliver(&identity(*args, looks), Exit::Unknown).code()
        }
        Command::Completions(args) => deliver(&completions(&args), Exit::Unknown).code(),
        Command::Man(args) => match man(&args) {
            Ok(answer) => deliver(&answer, Exit::Unknown).code(),
            Err(why) => unwritten(&[], &why, Exit::Unknown).code(),
        },
    }
}

/// The arguments. Docker knows its helpers by the program's name, which stands for the subcommand.
fn words() -> Vec<OsString> {
    let words: Vec<OsString> = std::env::args_os().collect();
    let program = words.first().and_then(|word| Path::new(word).file_stem());
    if program.is_none_or(|program| program != HELPER) {
        return words;
    }
    let named = ["account-guard", "docker-credential"].map(OsString::from);
    named.into_iter().chain(words.into_iter().skip(1)).collect()
}

/// Who runs the program, and reads its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// A person or a pipeline.
    Person,
    /// Whoever runs another command, whose exit codes are not to be ours.
    OfCommand,
    /// Docker, which goes on with what it has stored after every refusal but one.
    Docker,
}

impl Reader {
    fn here() -> Self {
        match words().get(1) {
            Some(word) if word == "exec" => Self::OfCommand,
            Some(word) if word == "docker-credential" => Self::Docker,
            _ => Self::Person,
        }
    }

    /// The code of a run that could not say what it had to.
    fn failed(self) -> Exit {
        match self {
            Self::Person => Exit::Unknown,
            Self::OfCommand => Exit::NotStarted,
            Self::Docker => Exit::NotGiven,
        }
    }

    /// The code of wrong arguments.
    fn wrong(self) -> Exit {
        match self {
            Self::Person => Exit::Question,
            other => other.failed(),
        }
    }

    /// What stdout says of a run without an answer.
    fn refusal(self) -> &'static [u8] {
        if self == Self::Docker { NOT_FOUND } else { b"" }
    }
}

/// Answers docker, which reads stdout and the exit code; a person who cannot be told changes nothing.
fn tell(reply: &Reply) -> Exit {
    let _ = write(&mut io::stderr(), &reply.stderr);
    write(&mut io::stdout(), &reply.stdout).map_or(Exit::NotGiven, |()| reply.exit)
}

/// Writes the verdict, and only then starts what it allows: a command whose verdict nobody could see
/// is not started.
fn start(answer: &Answer, launch: Option<Launch>) -> i32 {
    let exit = deliver(answer, Exit::NotStarted);
    let Some(launch) = launch.filter(|_| exit == Exit::Allowed) else { return exit.code() };
    launch.run().unwrap_or_else(|(exit, why)| {
        let _ = io::stderr().write_all(format!("error: {}\n", harmless(&why)).as_bytes());
        exit.code()
    })
}

/// Writes the verdict, and only then the credentials that it allows.
fn hand_over(args: CredentialsArgs) -> Exit {
    let destination = Destination::of(args.format);
    // A stream that does not take it takes nothing else either.
    let _ = write(&mut io::stdout(), destination.opening().as_bytes());
    let colours = colours(args.common.color);
    let (answer, handed) = credentials(args, &destination, colours);
    let exit = match (deliver(&answer, Exit::Unknown), handed) {
        (Exit::Allowed, Some(handed)) => match handed.write(&mut io::stdout()) {
            Ok(()) => return Exit::Allowed,
            Err(why) => unwritten(&answer.files, &why, Exit::Unknown),
        },
        (Exit::Allowed, None) => Exit::Unknown,
        (exit, _) => exit,
    };
    refuse(&destination, exit);
    exit
}

/// Leaves what makes whoever reads the credentials stop, as far as it can be written.
fn refuse(destination: &Destination, exit: Exit) {
    let _ = destination.refused(exit).write(&mut io::stdout());
}

fn colours(asked: ColorArg) -> Colours {
    let of = |choice| if choice == ColorChoice::Never { Colour::Off } else { Colour::On };
    match asked {
        ColorArg::Always => Colours { stdout: Colour::On, stderr: Colour::On },
        ColorArg::Never => Colours { stdout: Colour::Off, stderr: Colour::Off },
        ColorArg::Auto => Colours {
            stdout: of(AutoStream::choice(&io::stdout())),
            stderr: of(AutoStream::choice(&io::stderr())),
        },
    }
}

/// How wide standard output is; eighty columns where it is no terminal.
fn columns() -> usize {
    const USUAL: usize = 80;
    #[cfg(unix)]
    let columns = rustix::termios::tcgetwinsize(io::stdout()).map(|size| size.ws_col.into());
    #[cfg(not(unix))]
    let columns: Result<usize, ()> = Err(());
    columns.unwrap_or(USUAL)
}

/// Writes everything, and ends with the answer's code only if all of it was written; with the other
/// code where not.
fn deliver(answer: &Answer, unwritten: Exit) -> Exit {
    let (whole, lines): (Vec<_>, Vec<_>) =
        answer.files.iter().partition(|file| matches!(file, FileToWrite::Whole(..)));
    let all = |files: Vec<&FileToWrite>| files.into_iter().try_for_each(FileToWrite::write);
    let written = all(whole)
        .and_then(|()| write(&mut io::stderr(), &answer.stderr))
        .and_then(|()| write(&mut io::stdout(), &answer.stdout))
        .and_then(|()| all(lines));
    match written {
        Ok(()) => answer.exit,
        Err(why) => self::unwritten(&answer.files, &why, unwritten),
    }
}

/// A report that says `allowed` stands only where all else was written.
fn unwritten(files: &[FileToWrite], why: &io::Error, exit: Exit) -> Exit {
    files.iter().for_each(FileToWrite::take_back);
    let text = format!("UNKNOWN: the answer cannot be written: {why} (output)\n");
    let _ = io::stderr().write_all(text.as_bytes());
    exit
}

fn write(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    stream.write_all(bytes)?;
    stream.flush()
}

/// Help, the version, or what is wrong with the arguments.
fn explain(usage: &clap::Error) -> Exit {
    let reader = Reader::here();
    let (code, printed) = if usage.use_stderr() {
        discard_report();
        // A terminal evaluates nothing.
        let destination = Destination::asked(words().into_iter().skip(1));
        if let Some(destination) = destination.filter(|_| !io::stdout().is_terminal()) {
            let _ = write(&mut io::stdout(), destination.opening().as_bytes());
            refuse(&destination, Exit::Question);
        }
        // It quotes the arguments, which may be somebody else's text: a branch's name, say.
        let lines: Vec<_> = cli::message(usage, &words()).split('\n').map(harmless).collect();
        let said = write(&mut io::stderr(), lines.join("\n").as_bytes());
        (reader.wrong(), write(&mut io::stdout(), reader.refusal()).and(said))
    } else {
        (Exit::Allowed, usage.print().and_then(|()| io::stdout().flush()))
    };
    printed.map_or(reader.failed(), |()| code)
}

/// Empties the report that wrong arguments name: the one of an earlier run must not be taken for that
/// of this one.
fn discard_report() {
    const JUDGING: [&str; 3] = ["check", "exec", "credentials"];
    let mut words = words().into_iter().skip(1).take_while(|word| word != "--");
    if words.next().is_none_or(|first| !JUDGING.iter().any(|name| first == *name)) {
        return;
    }
    while let Some(word) = words.next() {
        let path = match word.to_str() {
            Some("--report") => words.next(),
            Some(word) => word.strip_prefix("--report=").map(OsString::from),
            None => None,
        };
        if let Some(path) = path {
            discard(Path::new(&path));
        }
    }
}
