//! The command line (命令行): arguments, one file per command, what is printed. The only owner of clap.

mod args;
mod clock;
mod commands;
mod finder;
mod json;
mod page;
mod theme_args;
mod ui;

use std::ffi::OsString;
use std::process::ExitCode;

use args::{Cli, Command};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};
use ui::{Closed, Ui};

use crate::diag::Error;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Everything was done.
    Done,
    /// Done, but something was skipped or nothing was found.
    Partly,
}

/// Why a command stopped.
#[derive(Debug)]
enum Stopped {
    Error(Error),
    /// The reader of standard output has gone.
    Closed,
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Closed> for Stopped {
    fn from(_: Closed) -> Self {
        Self::Closed
    }
}

type Outcome = Result<Ended, Stopped>;

/// Runs the program: 0 done, 1 done with something skipped or nothing found, 2 could not run.
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let matches = match command().try_get_matches_from(arguments.map(exclusion)) {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    // A parser that panics on a strange file is caught where it is called; its own words are of no use to the user.
    std::panic::set_hook(Box::new(|_| {}));
    let ui = Ui::new(&cli.global);
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&cli, &ui)));
    match outcome {
        Ok(Ok(Ended::Done) | Err(Stopped::Closed)) => ExitCode::SUCCESS,
        Ok(Ok(Ended::Partly)) => ExitCode::from(1),
        Ok(Err(Stopped::Error(error))) => {
            ui.error(&error);
            ExitCode::from(2)
        }
        Err(_) => {
            ui.error(&Error::new(
                "程序内部出错，已停止；已入库的内容没有丢失",
                "换一种做法再试，并把所用命令告诉开发者",
            ));
            ExitCode::from(101)
        }
    }
}

/// `-招标` is a word to exclude, not an option: its hyphen becomes the full-width one, which the query language reads alike.
fn exclusion(argument: OsString) -> OsString {
    let excluded = argument
        .to_str()
        .and_then(|text| text.strip_prefix('-'))
        .filter(|rest| rest.starts_with(|it: char| !it.is_ascii() || "(\"'".contains(it)));
    excluded.map_or(argument.clone(), |rest| format!("－{rest}").into())
}

fn run(cli: &Cli, ui: &Ui) -> Outcome {
    let workspace = &cli.global.workspace;
    match &cli.command {
        Command::Demo(args) => commands::demo::run(args, ui),
        Command::Ingest(args) => commands::ingest::run(args, workspace, ui),
        Command::Extract(args) => commands::extract::run(args, ui),
        Command::Search(args) => commands::search::run(args, workspace, ui),
        Command::Similar(args) => commands::similar::run(args, workspace, ui),
        Command::Show(args) => commands::show::run(args, workspace, ui),
        Command::Themes(args) => commands::themes::run(args, workspace, ui),
        Command::Draft(args) => commands::draft::run(args, workspace, ui),
        Command::Verify(args) => commands::verify::run(args, workspace, ui),
        Command::Finding(args) => commands::finding::run(args, workspace, ui),
        Command::Theme(args) => commands::theme::run(args, workspace, ui),
        Command::Reindex => commands::maintain::reindex(workspace, ui),
        Command::Doctor => commands::maintain::doctor(workspace, ui),
        Command::Completions(args) => commands::maintain::completions(args, ui),
    }
}

/// The command with help in Chinese.
pub(crate) fn command() -> clap::Command {
    const TOP: &str = "{about}\n\n用法：jianlin <命令> [选项]\n\n命令：\n{subcommands}\n\n选项：\n{options}\n\n第一次使用：jianlin demo\n";
    let mut command = Cli::command()
        .help_template(TOP)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(clap::Arg::new("help").short('h').long("help").global(true).action(clap::ArgAction::Help).help("显示帮助"))
        .arg(clap::Arg::new("version").short('V').long("version").action(clap::ArgAction::Version).help("显示版本"));
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        command = command.mut_subcommand(&name, |sub| in_chinese(sub, "jianlin"));
    }
    command.mut_args(|arg| arg.help_heading("选项"))
}

/// A subcommand, and those under it, with help in Chinese.
fn in_chinese(sub: clap::Command, above: &str) -> clap::Command {
    const SUB: &str = "{about}\n\n用法：{usage}\n\n{all-args}\n";
    let line = format!("{above} {}", sub.get_name());
    let names: Vec<String> = sub.get_subcommands().map(|it| it.get_name().to_owned()).collect();
    let usage = if names.is_empty() { usage_line(&sub, &line) } else { format!("{line} <做法> [选项]") };
    let mut sub = sub
        .help_template(SUB)
        .override_usage(usage)
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading("做法");
    for name in names {
        sub = sub.mut_subcommand(&name, |it| in_chinese(it, &line));
    }
    sub.mut_args(|arg| if arg.is_positional() { arg.help_heading("参数") } else { arg.help_heading("选项") })
}

fn usage_line(sub: &clap::Command, line: &str) -> String {
    let mut line = line.to_owned();
    for arg in sub.get_positionals() {
        let name = arg.get_value_names().and_then(|names| names.first()).map_or(String::new(), ToString::to_string);
        let many = if arg.get_num_args().is_some_and(|range| range.max_values() > 1)
            || matches!(arg.get_action(), clap::ArgAction::Append)
        {
            "…"
        } else {
            ""
        };
        line.push_str(&format!(" <{name}>{many}"));
    }
    for arg in sub.get_opts().filter(|arg| arg.is_required_set()) {
        let value = arg.get_value_names().and_then(|names| names.first()).map_or(String::new(), ToString::to_string);
        line.push_str(&format!(" --{} <{value}>", arg.get_long().unwrap_or_default()));
    }
    line + " [选项]"
}

/// Explains wrong usage in Chinese; help and version go to standard output.
fn usage(error: &clap::Error) -> ExitCode {
    use std::io::Write;
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = write!(std::io::stdout(), "{}", error.render());
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        || error.kind() == ErrorKind::MissingSubcommand
    {
        let _ = write!(std::io::stderr(), "{}", command().render_help());
        return ExitCode::from(2);
    }
    let context = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    let (what, value) = (context(ContextKind::InvalidArg), context(ContextKind::InvalidValue));
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => format!("没有“{}”这个命令", context(ContextKind::InvalidSubcommand)),
        ErrorKind::UnknownArgument if !what.starts_with('-') => format!("多写了“{what}”"),
        ErrorKind::UnknownArgument => format!("没有“{what}”这个选项"),
        ErrorKind::MissingRequiredArgument => format!("缺少 {what}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("“{what}”后面没有写内容"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!("“{what}”不能写“{value}”"),
        ErrorKind::ArgumentConflict => format!("“{what}”只能写一次，或不能与其他选项同用"),
        _ => "命令写法不对".to_owned(),
    };
    let suggested = [
        context(ContextKind::SuggestedSubcommand),
        context(ContextKind::SuggestedArg),
        context(ContextKind::SuggestedValue),
    ];
    let hint = match suggested.iter().find(|text| !text.is_empty()) {
        Some(text) => format!("是不是想用 {text}"),
        None => "运行 jianlin --help 查看用法".to_owned(),
    };
    let _ = writeln!(std::io::stderr(), "错误：{message}\n提示：{hint}");
    ExitCode::from(2)
}
