//! The gallery: every part in every state on one page, and every page as a static file, under
//! `target/gallery`. The browser's tests and people look at it; nothing here judges looks.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use fairlock_web::assets;
use fairlock_web::text::Texts;
use fairlock_web::ui::{Flash, FlashKind, LevelBadge, Ui};
use fairlock_web::view::{Level, PaymentState};

use crate::pages::{all_pages, longer, texts};
use crate::sample::*;

/// `target/gallery` of the workspace.
fn folder() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    target.join("gallery")
}

struct Gallery<'a> {
    ui: Ui<'a>,
    html: String,
}

impl Gallery<'_> {
    fn part(&mut self, name: &str) {
        writeln!(self.html, "<h2 id=\"{name}\">{name}</h2>").expect("a string takes all");
    }

    fn state(&mut self, state: &str, html: impl std::fmt::Display) {
        writeln!(
            self.html,
            "<div class=\"card\"><p class=\"small sub\">{state}</p><div>{html}</div></div>"
        )
        .expect("a string takes all");
    }

    fn words(&mut self) {
        let ui = self.ui;
        self.part("level_badge");
        for level in Level::ALL {
            self.state(level.name(), ui.badge(&level));
        }
        self.state("not known", ui.badge_reported(&None));
        self.state("only wanted", LevelBadge::only_wanted(&ui, Level::Lock));
        self.part("money");
        for (code, amount) in [
            ("KES", "1500.00"),
            ("UGX", "55000"),
            ("KWD", "12.500"),
            ("KES", "9999999999999.99"),
            ("KES", "0.00"),
        ] {
            self.state(code, ui.money(&money(code, amount)));
        }
        self.part("deadline");
        self.state(
            "ahead",
            ui.deadline_of(&at("2026-06-24", 9, 0), "Lender must answer by"),
        );
        self.state(
            "late",
            ui.deadline_of(&at("2026-06-11", 9, 0), "Lender must answer by"),
        );
        self.part("cite");
        self.state("house value", ui.cite(&cite("reduce.min_days_past_due")));
        self.part("hold_chip");
        for hold in holds() {
            self.state(&hold.kind, ui.hold(&hold));
        }
        self.part("flash");
        for (name, kind) in [
            ("ok", FlashKind::Ok),
            ("warn", FlashKind::Warn),
            ("err", FlashKind::Err),
        ] {
            self.state(
                name,
                Flash {
                    kind,
                    text: "Phone 4471-20 was asked to report.".to_string(),
                },
            );
        }
    }

    fn facts(&mut self) {
        let ui = self.ui;
        self.part("five_facts");
        for (name, facts) in [
            ("as wanted", facts(Level::Lock, Some(Level::Lock))),
            ("differs", facts(Level::Remind, Some(Level::Lock))),
            ("nothing reported", facts(Level::Free, None)),
            ("no phone", no_phone(Level::Remind)),
        ] {
            self.state(name, ui.five(&facts, "/contracts/C-4471"));
        }
        self.part("pay_steps");
        for (name, payment) in [
            ("applied", payment(PaymentState::Booked)),
            ("waits for the phone", payment_waiting()),
            ("pending", payment(PaymentState::Pending)),
            ("in suspense", payment(PaymentState::InSuspense)),
            ("failed", payment(PaymentState::Failed)),
            ("reversed", payment(PaymentState::Reversed)),
        ] {
            self.state(name, ui.pay_steps(&payment));
        }
        self.part("feed_row");
        for feed in feeds() {
            let row = format!(
                "<table class=\"data pair feeds\"><tbody>{}</tbody></table>",
                ui.feed(&feed)
            );
            self.state(&feed.name, row);
        }
    }

    fn lists(&mut self) {
        let ui = self.ui;
        self.part("finding_row");
        let findings = findings();
        let rows: String = ui
            .findings(&findings)
            .iter()
            .map(ToString::to_string)
            .collect();
        self.state(
            "all verdicts",
            format!("<table class=\"data find\"><tbody>{rows}</tbody></table>"),
        );
        self.part("timeline");
        self.state("two days", ui.timeline(&timeline(), "/contracts/C-4471"));
        self.part("schedule");
        let many = schedule(30, 20);
        self.state("30 instalments, 20 paid", ui.schedule(&many));
        self.part("pager");
        let (none, some) = (None, Some("after=C-1".to_string()));
        self.state("first page", ui.pager(&none, &some));
        self.state("middle", ui.pager(&some, &some));
        self.state("last page", ui.pager(&some, &none));
    }

    fn phones(&mut self) {
        let ui = self.ui;
        self.part("phone");
        self.html.push_str("<div class=\"shelf\">");
        for (name, screen) in screens() {
            write!(
                self.html,
                "<div><p class=\"small sub\">{name}</p><div class=\"phone\" role=\"group\" aria-label=\"{name}\">{}</div></div>",
                ui.phone(&screen)
            )
            .expect("a string takes all");
        }
        self.html.push_str("</div>");
    }
}

fn gallery(texts: &Texts) -> String {
    let place = nairobi();
    let mut gallery = Gallery {
        ui: Ui::new(texts, &place, now()),
        html: String::new(),
    };
    gallery.words();
    gallery.facts();
    gallery.lists();
    gallery.phones();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Parts · Fairlock</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"icon\" href=\"data:,\">\
         <link rel=\"stylesheet\" href=\"{}\"></head><body><main class=\"gallery stack\" id=\"main\"><h1>Parts in every state</h1>\n{}</main></body></html>\n",
        assets::STYLE.path(),
        gallery.html
    )
}

#[test]
fn the_gallery_is_written_with_every_part() {
    let folder = folder();
    for asset in assets::ALL {
        let path = folder.join(asset.path().trim_start_matches('/'));
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable target");
        fs::write(path, asset.bytes).expect("a writable target");
    }
    for (name, html) in all_pages(&texts()) {
        fs::write(folder.join(format!("{name}.html")), html).expect("a writable target");
    }
    for (name, html) in all_pages(&longer()) {
        fs::write(folder.join(format!("longer-{name}.html")), html).expect("a writable target");
    }
    let html = gallery(&texts());
    assert!(!html.contains('⟨'), "a key is missing");
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/partials");
    let shown = [
        "level_badge",
        "money",
        "deadline",
        "cite",
        "hold_chip",
        "flash",
        "five_facts",
        "pay_steps",
        "feed_row",
        "finding_row",
        "timeline",
        "schedule",
        "pager",
        "phone",
    ];
    // Parts of parts, and those that only stand on a whole page.
    let inside = [
        "moment",
        "phone_bar",
        "phone_foot",
        "phone_payment",
        "phone_screen",
        "filters",
        "grant_words",
        "qr",
    ];
    for entry in fs::read_dir(templates).expect("the partials") {
        let name = entry.expect("an entry").path();
        let name = name
            .file_stem()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        assert!(
            shown.contains(&name) || inside.contains(&name),
            "{name} is not in the gallery"
        );
    }
    fs::write(folder.join("index.html"), html).expect("a writable target");
}
