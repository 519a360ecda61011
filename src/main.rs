//! The program: arguments to a command, its answer to the streams, an exit code.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::process::exit;

use account_guard::cli::{Cli, ColorArg, Command, CredentialsArgs, PolicyCommand};
use account_guard::command::check::check;
use account_guard::command::credentials::credentials;
use account_guard::command::destination::Destination;
use account_guard::command::exec::{Launch, exec};
use account_guard::command::lint::lint;
use account_guard::command::{Answer, Colours, Exit, leave_nothing_running};
use account_guard::report::text::{Colour, harmless};
use anstream::{AutoStream, ColorChoice};
use clap::Parser;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        // What a panic says may hold what it choked on; only where it happened is told.
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line()));
        let text =
            format!("UNKNOWN: account-guard failed{} (internal)\n", place.unwrap_or_default());
        let _ = io::stderr().write_all(text.as_bytes());
        if let Some(destination) = Destination::asked(std::env::args_os().skip(1)) {
            refuse(&destination, failed());
        }
        leave_nothing_running();
        exit(failed().code());
    }));
    let exit_code = match Cli::try_parse() {
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
        Command::Policy(PolicyCommand::Lint(args)) => {
            deliver(&lint(&args, colours(args.color).stderr), Exit::Unknown).code()
        }
    }
}

/// Writes the verdict, and only then starts what it allows: a command whose verdict nobody could see
/// is not started.
fn start(answer: &Answer, launch: Option<Launch>) -> i32 {
    let exit = deliver(answer, Exit::NotStarted);
    let Some(launch) = launch.filter(|_| exit == Exit::Allowed) else { return exit.code() };
    leave_nothing_running();
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
            Err(why) => unwritten(&answer, &why, Exit::Unknown),
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

/// Writes everything, and ends with the answer's code only if all of it was written; with the other
/// code where not.
fn deliver(answer: &Answer, unwritten: Exit) -> Exit {
    let file = answer.file.as_ref();
    let written = file
        .map_or(Ok(()), |file| std::fs::write(&file.path, &file.bytes))
        .and_then(|()| write(&mut io::stderr(), &answer.stderr))
        .and_then(|()| write(&mut io::stdout(), &answer.stdout));
    match written {
        Ok(()) => answer.exit,
        Err(why) => self::unwritten(answer, &why, unwritten),
    }
}

/// A report that says `allowed` stands only where all else was written.
fn unwritten(answer: &Answer, why: &io::Error, exit: Exit) -> Exit {
    let _ = answer.file.as_ref().map(|file| std::fs::write(&file.path, b""));
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
    let (code, printed) = if usage.use_stderr() {
        discard_report();
        // A terminal evaluates nothing.
        let destination = Destination::asked(std::env::args_os().skip(1));
        if let Some(destination) = destination.filter(|_| !io::stdout().is_terminal()) {
            let _ = write(&mut io::stdout(), destination.opening().as_bytes());
            refuse(&destination, Exit::Question);
        }
        // It quotes the arguments, which may be somebody else's text: a branch's name, say.
        let lines: Vec<_> = usage.render().to_string().split('\n').map(harmless).collect();
        (
            if is_exec() { Exit::NotStarted } else { Exit::Question },
            write(&mut io::stderr(), lines.join("\n").as_bytes()),
        )
    } else {
        (Exit::Allowed, usage.print().and_then(|()| io::stdout().flush()))
    };
    printed.map_or(failed(), |()| code)
}

/// Whether this is to become another command, whose exit codes are not to be ours.
fn is_exec() -> bool {
    std::env::args_os().nth(1).is_some_and(|word| word == "exec")
}

/// The code of a run that could not say what it had to.
fn failed() -> Exit {
    if is_exec() { Exit::NotStarted } else { Exit::Unknown }
}

/// Empties the report that wrong arguments name: the one of an earlier run must not be taken for that
/// of this one. What cannot be emptied could not have been written by it either.
fn discard_report() {
    const JUDGING: [&str; 3] = ["check", "exec", "credentials"];
    let mut words = std::env::args_os().skip(1).take_while(|word| word != "--");
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
            let _ = File::options().write(true).truncate(true).open(path);
        }
    }
}
