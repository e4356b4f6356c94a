//! `fairlock demo`, and the hidden second process with its phones.

use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use fairlock_sim::demo::{self, DemoError, Ended, Options, Said, Say};
use fairlock_sim::phones;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::DemoArgs;
use crate::commands::{runtime, stop_on_ctrl_c};
use crate::exit::Failure;
use crate::os::OsClock;
use crate::out::{say, tell};

/// Runs the demo until its end or Ctrl-C.
pub fn run(args: DemoArgs) -> Result<(), Failure> {
    let executable = std::env::current_exe().map_err(Failure::outside)?;
    let day_pause = if args.exit {
        Duration::ZERO
    } else {
        Duration::try_from_secs_f64(args.day_seconds).map_err(|_| {
            Failure::Input(anyhow!(
                "--day-seconds {}: expected 0 or more seconds",
                args.day_seconds
            ))
        })?
    };
    runtime()?.block_on(async {
        let options = Options {
            data_dir: args.data_dir,
            demo_dir: args.demo_dir,
            listen: args.listen,
            seed: args.seed,
            days: args.days,
            day_pause,
            phones: args.phones,
            exit: args.exit,
            reset: args.reset,
            executable,
            real: Arc::new(OsClock::start()),
            stop: stop_on_ctrl_c(),
        };
        match demo::run(options, speaker(u64::from(args.days), args.exit)).await {
            Ok(Ended::Green | Ended::Stopped) => Ok(()),
            Ok(Ended::Red { .. }) => Err(Failure::No),
            Err(error) => Err(failure(error)),
        }
    })
}

/// The phones' process: told the time over stdin.
pub fn run_phones() -> Result<(), Failure> {
    runtime()?.block_on(phones::run()).map_err(Failure::outside)
}

/// A wrong folder or call is the caller's to mend; everything else is outside.
fn failure(error: DemoError) -> Failure {
    match error {
        DemoError::DataDirUsed { .. } | DemoError::DemoDir { .. } | DemoError::Contracts(_) => {
            Failure::input(error)
        }
        DemoError::Start(fairlock_server::StartError::Config(_)) => Failure::input(error),
        _ => Failure::outside(error),
    }
}

/// Prints what the demo says: a bar on a terminal, plain lines elsewhere.
fn speaker(days: u64, exit: bool) -> Say {
    let bar = ProgressBar::with_draw_target(Some(days), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:24} day {pos} of {len}, {msg}")
        .expect("the template is a constant that a test renders");
    bar.set_style(style);
    Arc::new(move |said| match said {
        Said::Address { what, url } => bar.suspend(|| say!("{:<9}{url}", format!("{what}:"))),
        Said::Progress { day, text, .. } => {
            if bar.is_hidden() {
                tell!("day {day} of {days}, {text}");
            } else {
                bar.set_position(u64::from(day));
                bar.set_message(text);
            }
        }
        Said::Event(text) => bar.suspend(|| say!("  {text}")),
        Said::CalendarEnded { days } => {
            bar.finish_and_clear();
            let next = if exit {
                "now everything is checked"
            } else {
                "the server goes on, Ctrl-C ends it"
            };
            say!("calendar ended after {days} days; {next}");
        }
        Said::Summary(line) => bar.suspend(|| say!("{line}")),
    })
}
