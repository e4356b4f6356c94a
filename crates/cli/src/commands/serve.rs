//! `fairlock serve`: the server with the system's clock and randomness.

use std::path::Path;
use std::sync::Arc;

use anyhow::anyhow;
use fairlock_domain::pii::Secret;
use fairlock_server::config::{ApiCaller, Contacts, Feed, MailRelay, Notices, SmsGateway, Source};
use fairlock_server::{Config, Parts, StartError, start};

use crate::args::ServeArgs;
use crate::commands::{live, mappings, read_text, rulebook, runtime, sources, stop_on_ctrl_c};
use crate::data_dir;
use crate::exit::Failure;
use crate::os::{OsClock, OsEntropy};
use crate::out::say;

/// A feed without hours of its own counts as silent after a day and a morning.
const FEED_HOURS: u32 = 30;

/// Serves until Ctrl-C.
pub fn run(args: ServeArgs) -> Result<(), Failure> {
    let config = config(&args)?;
    config.check().map_err(Failure::input)?;
    if let Some(dir) = &config.watch_dir {
        std::fs::create_dir_all(dir).map_err(|e| data_dir::unwritable(dir, e))?;
    }
    let rulebook = Arc::new(rulebook()?);
    let installation = data_dir::open(&args.data_dir)?;
    if args.live {
        live::make(&installation, &rulebook, false)?;
    }
    let (store, lender, signer) = installation.parts();
    let parts = Parts {
        store,
        lender,
        lender_name: args.lender_name,
        rulebook,
        signer,
        clock: Arc::new(OsClock::start()),
        entropy: Arc::new(OsEntropy),
    };
    runtime()?.block_on(async {
        let mut stop = stop_on_ctrl_c();
        let running = start(config, parts).await.map_err(|error| match error {
            StartError::Config(_) | StartError::Notices(_) => Failure::input(error),
            StartError::Live(error) => live::failure(error),
            _ => Failure::outside(error),
        })?;
        say!("console: http://{}", running.addr());
        let _ = stop.wait_for(|stop| *stop).await;
        running.shutdown().await;
        Ok(())
    })
}

fn config(args: &ServeArgs) -> Result<Config, Failure> {
    let feeds = args.feeds.iter().map(|text| feed(text));
    let till = args.mpesa_shortcode.as_ref();
    let till = till.zip(args.mpesa_secret_path.as_ref());
    let till = till.map(|(short_code, path)| {
        Source::till(&args.mpesa_feed, short_code, Secret::new(path.clone()))
    });
    let mut all: Vec<Source> = till.into_iter().collect();
    let mut proxy = None;
    if let Some(path) = &args.sources {
        let file = sources::read(path)?;
        all.extend(file.sources);
        proxy = file.proxy;
    }
    Ok(Config {
        listen: args.listen,
        watch_dir: args.watch_dir.clone(),
        sources: all,
        proxy,
        mappings: match &args.mappings {
            Some(dir) => mappings::of_folder(dir)?,
            None => Vec::new(),
        },
        api: args
            .api_callers
            .iter()
            .map(|text| api_caller(text))
            .collect::<Result<_, _>>()?,
        notices: notices(args)?,
        feeds: feeds.collect::<Result<Vec<Feed>, Failure>>()?,
        contacts: Contacts {
            lender: args.lender_contact.clone(),
            complaints_name: args.complaints_name.clone(),
            complaints: args.complaints_contact.clone(),
        },
    })
}

fn notices(args: &ServeArgs) -> Result<Notices, Failure> {
    let secret = |text: &String| Secret::new(text.clone());
    let mail = args.mail_relay.as_ref().zip(args.mail_from.as_ref());
    let adviser = match &args.free_advice {
        None => None,
        Some(text) => {
            let both = text.split_once('=');
            let both = both.filter(|(name, contact)| !name.is_empty() && !contact.is_empty());
            let wrong = || anyhow!("--free-advice {text}: expected NAME=CONTACT");
            let (name, contact) = both.ok_or_else(|| Failure::Input(wrong()))?;
            Some((name.to_string(), contact.to_string()))
        }
    };
    Ok(Notices {
        sms: args.sms_gateway.as_ref().map(|url| SmsGateway {
            url: url.clone(),
            token: args.sms_token.as_ref().map(secret),
        }),
        mail: mail.map(|(relay, from)| MailRelay {
            relay: secret(relay),
            from: from.clone(),
        }),
        receipts: args.receipts_secret_path.as_ref().map(secret),
        texts: match &args.notice_texts {
            Some(dir) => texts(dir)?,
            None => Vec::new(),
        },
        language: args.notice_language.clone(),
        adviser,
    })
}

/// The files of a folder of texts, by name.
fn texts(dir: &Path) -> Result<Vec<(String, String)>, Failure> {
    let unreadable = |path: &Path, error: std::io::Error| {
        Failure::Input(anyhow!(
            "{}: {error}; expected a folder with LANGUAGE.toml files",
            path.display()
        ))
    };
    let entries = std::fs::read_dir(dir).map_err(|error| unreadable(dir, error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(dir, error))?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    let read = paths.iter().map(|path| {
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
        Ok((path.display().to_string(), text))
    });
    read.collect()
}

/// `NAME=FILE`: the token is the file's first line, so that it stands in no process list.
fn api_caller(text: &str) -> Result<ApiCaller, Failure> {
    let wrong = || Failure::Input(anyhow!("--api-caller {text}: expected NAME=TOKEN_FILE"));
    let (name, file) = text.split_once('=').ok_or_else(wrong)?;
    let token = read_text(Path::new(file))?;
    Ok(ApiCaller {
        name: name.to_owned(),
        token: Secret::new(token.lines().next().unwrap_or_default().trim().to_owned()),
    })
}

/// `NAME`, `NAME=ACCOUNT`, each with `/HOURS` behind it or without.
fn feed(text: &str) -> Result<Feed, Failure> {
    let wrong = || {
        Failure::Input(anyhow!(
            "--feed {text}: expected NAME, NAME=ACCOUNT or one of them with /HOURS behind it"
        ))
    };
    let (what, hours) = match text.rsplit_once('/') {
        Some((what, hours)) => (what, hours.parse::<u32>().map_err(|_| wrong())?),
        None => (text, FEED_HOURS),
    };
    let (name, account) = match what.split_once('=') {
        Some((name, account)) => (name, Some(account.to_string())),
        None => (what, None),
    };
    if name.is_empty() || account.as_deref() == Some("") {
        return Err(wrong());
    }
    Ok(Feed {
        name: name.to_string(),
        account,
        period_s: hours.checked_mul(3600).ok_or_else(wrong)?,
    })
}
