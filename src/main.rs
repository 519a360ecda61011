//! The program: parses the arguments, calls one command, delivers its output, and exits.

use account_guard::cli::{Cli, Command, PolicyCommand, RawArguments};
use account_guard::command::check::check;
use account_guard::command::completions::completions;
use account_guard::command::credentials::credentials;
use account_guard::command::docker_credential::docker_credential;
use account_guard::command::exec::exec;
use account_guard::command::identity::identity;
use account_guard::command::man::man;
use account_guard::command::policy::lint::lint;
use account_guard::output::{
    Colours, Exit, Screen, could_not_start, deliver, end, end_on_panic, explain, hand_over, reply,
};
use clap::Parser;

fn main() {
    let arguments = RawArguments::of(std::env::args_os());
    end_on_panic(arguments.clone());
    match Cli::try_parse_from(arguments.words()) {
        Ok(cli) => end(run(cli.command)),
        Err(usage) => end(explain(&usage, &arguments).code()),
    }
}

fn run(command: Command) -> i32 {
    let exit = match command {
        Command::Check(args) => {
            let colours = Colours::of(args.common.color);
            deliver(&check(&args, colours), Exit::Unknown)
        }
        Command::Exec(args) => {
            let colours = Colours::of(args.common.color);
            let (output, launch) = exec(*args, colours);
            // A command whose verdict could not be written is not started.
            match (deliver(&output, Exit::NotStarted), launch) {
                (Exit::Allowed(_), Some(launch)) => match launch.run() {
                    Ok(code) => return code,
                    Err((exit, why)) => {
                        could_not_start(&why);
                        exit
                    }
                },
                (exit, _) => exit,
            }
        }
        Command::Credentials(args) => {
            let colours = Colours::of(args.common.color);
            hand_over(args.format, |destination| credentials(&args, destination, colours))
        }
        Command::DockerCredential(args) => reply(&docker_credential(args.action)),
        Command::Identity(args) => {
            let screen = Screen::of(args.color);
            deliver(&identity(*args, screen), Exit::Unknown)
        }
        Command::Policy(PolicyCommand::Lint(args)) => {
            let colours = Colours::of(args.color);
            deliver(&lint(&args, colours.stderr), Exit::Unknown)
        }
        Command::Completions(args) => deliver(&completions(&args), Exit::Unknown),
        Command::Man(args) => deliver(&man(&args), Exit::Unknown),
    };
    exit.code()
}
