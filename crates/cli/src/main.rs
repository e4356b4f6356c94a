//! The one binary `fairlock`: reads the call, the environment, clocks and randomness, and hands
//! them down.
//!
//! Exit codes: 0 done; 1 the answer is no (a proof failed, differences found); 2 the input or the
//! call is wrong; 3 something outside failed (database, network, a busy port). Results go to
//! stdout, people's words, progress and logs to stderr.
//!
//! On purpose absent: any rule of the product. A command here is a page of glue.

#![warn(clippy::print_stdout, clippy::print_stderr)]

mod args;
mod commands;
mod data_dir;
mod exit;
mod key_file;
mod os;
mod out;
mod phone;

use std::process::ExitCode;

use clap::Parser;
use exit::Failure;
use fairlock_server::permits::Kind;

use anyhow::anyhow;
use args::cash::Cash;
use args::code::Code;
use args::import::Import;
use args::inbox::Inbox;
use args::payments::Payments;
use args::sources::Sources;
use args::{Cli, Command, Rules, Statement};

fn main() -> ExitCode {
    let cli = Cli::parse();
    init_logs(cli.verbose);
    let result = match cli.command {
        Command::Demo(args) => commands::demo::run(args),
        Command::DemoPhones => commands::demo::run_phones(),
        Command::Serve(args) => commands::serve::run(*args),
        Command::Import(Import::Contracts(args)) => commands::import::contracts(args),
        Command::Import(Import::Clearances(args)) => {
            commands::permits::run(Kind::Clearances, &args)
        }
        Command::Import(Import::Approvals(args)) => commands::permits::run(Kind::Approvals, &args),
        Command::Import(Import::Payments(args)) => commands::import::payments(args),
        Command::Payments(Payments::Suspense(args)) => commands::payments::suspense(&args),
        Command::Payments(Payments::Match(args)) => commands::payments::match_to(&args),
        Command::Payments(Payments::Unmatch(args)) => commands::payments::unmatch(&args),
        Command::Payments(Payments::Keep(args)) => commands::payments::keep(&args),
        Command::Payments(Payments::Refund(args)) => commands::payments::refund(&args),
        Command::Inbox(Inbox::List(args)) => commands::inbox::list(args),
        Command::Inbox(Inbox::Show(args)) => commands::inbox::show(args),
        Command::Inbox(Inbox::Replay(args)) => commands::inbox::replay(args),
        Command::Cash(Cash::Add(args)) => commands::cash::add(args),
        Command::Cash(Cash::Close(args)) => commands::cash::close(args),
        Command::Cash(Cash::List(args)) => commands::cash::list(args),
        Command::Cash(Cash::Bank(args)) => commands::cash::bank(args),
        Command::Sources(Sources::Check(args)) => commands::sources::check(&args),
        Command::Sources(Sources::Register(args)) => commands::sources::register(&args),
        Command::Sources(Sources::Prompt(args)) => commands::sources::prompt(&args),
        Command::Statement(Statement::Read(args)) => commands::statement::read(args),
        Command::Replay(args) => commands::replay::run(args),
        Command::Rules(Rules::List(args)) => commands::rules::list(args),
        Command::Rules(Rules::Show(args)) => commands::rules::show(args),
        Command::Rules(Rules::Lint(args)) => commands::rules::lint(args),
        Command::Explain(args) => commands::explain::run(args),
        Command::Evidence(args) => commands::evidence::run(args),
        Command::Preview(args) => commands::preview::run(args),
        Command::Enrol(args) => commands::enrol::run(args),
        Command::Keys(command) => commands::keys::run(command),
        Command::Cap(command) => commands::cap::run(&command),
        Command::Charter(command) => commands::charter::run(&command),
        Command::Case(command) => commands::case::run(&command),
        Command::Code(Code::Make(args)) => commands::code::make(args),
        Command::Code(Code::Read(args)) => commands::code::read(args),
        Command::Phone(args) => commands::phone::run(args),
        Command::Grant(command) => commands::grant::run(command),
        Command::Feeds(command) => commands::feeds::run(&command),
        Command::Proof(args) => commands::proof::run(args),
        Command::Bench(args) => commands::bench::run(args),
    };
    let written = match out::failure() {
        Some(error) => Err(Failure::Outside(anyhow!(
            "stdout: can't write to it ({error})"
        ))),
        None => Ok(()),
    };
    match result.and(written) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print(cli.verbose);
            failure.code()
        }
    }
}

/// Logs are JSON lines on stderr: warnings, unless `-v` or `FAIRLOCK_LOG` asks for more.
fn init_logs(verbose: bool) {
    let default = if verbose { "info" } else { "warn" };
    let filter = tracing_subscriber::EnvFilter::try_from_env("FAIRLOCK_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
