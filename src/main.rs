//! Arguments to the chosen command; nothing else.

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use qunguan::desk::cli::Form;
use qunguan::desk::surroundings::{Surroundings, language_of_environment};
use qunguan::desk::{cli, visits};
use qunguan::language::Words;
use qunguan::platforms::replay::Speed;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// 群管: a terminal console for people who look after live group chats.
#[derive(Debug, Parser)]
#[command(name = "qunguan", version)]
struct Arguments {
    #[arg(long, global = true, value_name = "DIR")]
    state: Option<PathBuf>,
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long = "as", global = true, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, global = true)]
    linear: bool,
    #[arg(long, num_args = 1.., value_name = "WORDS")]
    once: Vec<String>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve {
        /// Started by an attaching terminal: leaves its session and says when it listens.
        #[arg(long, hide = true)]
        detached: bool,
    },
    Demo {
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, default_value_t = 1.0)]
        pace: f64,
    },
    Replay {
        file: PathBuf,
        #[arg(long, default_value = "60")]
        speed: Speed,
        #[arg(long, default_value = "+00:00", allow_hyphen_values = true)]
        utc_offset: String,
    },
    Export {
        file: Option<PathBuf>,
        #[arg(long, default_value_t = 0)]
        from: u64,
    },
    Import {
        file: PathBuf,
    },
    Doctor,
    Status,
    Stop,
    Connector {
        #[command(subcommand)]
        command: ConnectorCommand,
    },
}

#[derive(Debug, Subcommand)]
enum ConnectorCommand {
    Check {
        connector: Option<String>,
        #[arg(last = true)]
        program: Vec<String>,
    },
}

/// Options that stand before or after any command.
const EVERYWHERE: [&str; 5] = ["state", "config", "name", "linear", "once"];

/// What a command makes of them; the rest it refuses, so that nobody relies on what has no effect.
fn heeded(command: Option<&str>) -> &'static [&'static str] {
    match command {
        None => &EVERYWHERE,
        // They play in a folder of their own, which goes with them.
        Some("demo" | "replay") => &["config", "name", "linear", "once"],
        Some("serve" | "connector" | "check") => &["state", "config"],
        Some(_) => &["state", "config", "name"],
    }
}

fn main() -> ExitCode {
    let words = Words::of(language_of_environment());
    let matches = worded(honest(Arguments::command()), &words).get_matches();
    if let Some(sentence) = unheeded(&matches, &words) {
        let _ = writeln!(std::io::stderr(), "{sentence}");
        return ExitCode::from(USAGE);
    }
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let around = Surroundings::new(arguments.state, arguments.config, arguments.name, words);
    let form = Form::of(arguments.linear, &arguments.once);
    match arguments.command {
        None => cli::attach(&around, &form),
        Some(Command::Serve { detached }) => cli::serve(&around, detached),
        Some(Command::Demo { seed, pace }) => cli::demo(&around, seed, pace, &form),
        Some(Command::Replay { file, speed, utc_offset }) => {
            cli::replay(&around, file, speed, &utc_offset, &form)
        }
        Some(Command::Export { file, from }) => visits::export(&around, file, from),
        Some(Command::Import { file }) => visits::import(&around, &file),
        Some(Command::Doctor) => visits::doctor(&around),
        Some(Command::Status) => visits::status(&around),
        Some(Command::Stop) => visits::stop(&around),
        Some(Command::Connector { command: ConnectorCommand::Check { connector, program } }) => {
            cli::check_connector(&around, connector, &program)
        }
    }
}

/// What clap ends with when the arguments are wrong.
const USAGE: u8 = 2;

/// Says of an option that was given where it has no effect that it has none.
fn unheeded(matches: &ArgMatches, words: &Words) -> Option<String> {
    let given = |id: &&&str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let command = matches.subcommand_name();
    let option = EVERYWHERE.iter().filter(given).find(|id| !heeded(command).contains(id))?;
    let option = format!("--{}", if *option == "name" { "as" } else { option });
    let args = [("option", option.as_str()), ("command", command.unwrap_or_default())];
    Some(words.say_with("cli-no-effect", &args))
}

/// The help of a command shows only options that have an effect there.
fn honest(command: clap::Command) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    let globals: Vec<clap::Arg> =
        command.get_arguments().filter(|one| one.is_global_set()).cloned().collect();
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(&name, |below| {
            let idle = |one: &&clap::Arg| !heeded(Some(&name)).contains(&one.get_id().as_str());
            let hidden = globals.iter().filter(idle).map(|one| one.clone().hide(true));
            below.args(hidden)
        })
    })
}

/// The help in the person's language: `cli-NAME` for commands, `cli-arg-NAME` for arguments.
fn worded(command: clap::Command, words: &Words) -> clap::Command {
    let about = words.say(&format!("cli-{}", command.get_name()));
    let arguments: Vec<clap::Id> =
        command.get_arguments().map(|argument| argument.get_id().clone()).collect();
    let names: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    let mut command = command.about(about);
    for id in arguments {
        let help = words.say(&format!("cli-arg-{}", id.as_str().replace('_', "-")));
        command = command.mut_arg(id, |argument| argument.help(help));
    }
    for name in names {
        command = command.mut_subcommand(name, |below| worded(below, words));
    }
    command
}
