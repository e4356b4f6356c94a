//! `fairlock phone` through a pipe, against `fairlock serve`.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::run::{file, run, text_of};

const IMEI: &str = "490154203237518";
const CONTRACT: &str = "contract,borrower,imei,product,currency,signed_on,consent_on,\
    separate_signature,acknowledged_copy,time_zone,packs,feed,first_due,step,instalments,amount\n\
    C-1,Joyce Odhiambo,490154203237518,purchase_loan,KES,2026-02-05,2026-02-05,yes,yes,\
    Africa/Nairobi,sandbox,bank,2026-04-02,monthly,3,1000.00\n";

/// A process that says something and is told something; it ends with the test.
struct Talk {
    child: Child,
    says: Lines<BufReader<ChildStdout>>,
    told: ChildStdin,
}

impl Talk {
    fn start(words: &[&str]) -> Talk {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fairlock"))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary was built");
        let says = child.stdout.take().expect("a pipe");
        Talk {
            says: BufReader::new(says).lines(),
            told: child.stdin.take().expect("a pipe"),
            child,
        }
    }

    /// Reads on to a line with these words.
    fn sees(&mut self, words: &str) -> String {
        for line in &mut self.says {
            let line = line.expect("text");
            if line.contains(words) {
                return line;
            }
        }
        panic!("it ended before it said {words:?}");
    }

    fn tell(&mut self, line: &str) {
        writeln!(self.told, "{line}").expect("it listens");
    }

    fn ends(&mut self) -> Option<i32> {
        let status = self.child.wait().expect("it ends");
        status.code()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_pipe_drives_a_phone_as_a_finger_does() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| text_of(&dir.path().join(name));
    let (data, phone) = (path("data"), path("phone"));
    let contracts = file(dir.path(), "contracts.csv", CONTRACT);
    let imported = run(&["import", "contracts", &contracts, "--data-dir", &data]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    let words = [
        "serve",
        "--data-dir",
        &data,
        "--listen",
        "127.0.0.1:0",
        "--feed",
        "bank",
    ];
    let mut server = Talk::start(&words);
    let line = server.sees("http://");
    let at = line.find("http://").expect("an address");
    let server_at = line[at..].trim();
    let enrolled = run(&["enrol", "C-1", "--data-dir", &data, "--server", server_at]);
    assert_eq!(enrolled.code, 0, "{}", enrolled.err);
    let words = [
        "phone",
        "--server",
        server_at,
        "--state-dir",
        &phone,
        "--token",
        enrolled.out.trim(),
        "--imei",
        IMEI,
    ];
    let mut refuses = Talk::start(&words);
    refuses.sees("Do not accept");
    refuses.tell("n");
    assert_eq!(refuses.ends(), Some(1));
    let mut phone = Talk::start(&words);
    phone.sees("The most that can happen: Locked");
    phone.tell("y");
    phone.sees(" connected");
    phone.tell("a");
    phone.sees("airplane mode");
    phone.tell("123456789");
    phone.sees("Tries left: 4");
    phone.tell("i");
    phone.sees("IMEI 49-015420-323751-8");
    phone.tell("x");
    phone.sees("boot 3");
    phone.tell("q");
    assert_eq!(phone.ends(), Some(0));
}
