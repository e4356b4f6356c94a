//! A code to scan, as one SVG path: always black on white, also on a dark page, with the quiet
//! zone that readers need.

use askama::Template;
use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around the code (ISO/IEC 18004).
pub const QUIET: usize = 4;

/// A code as squares, without its quiet zone.
pub struct Modules {
    pub width: usize,
    /// Row by row.
    pub dark: Vec<bool>,
}

/// The squares of a text, with 15 % of error correction; None for a text that no code holds.
pub fn modules(text: &str) -> Option<Modules> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    Some(Modules {
        width: code.width(),
        dark: code.to_colors().iter().map(|c| *c == Color::Dark).collect(),
    })
}

/// A QR code with what it says in words.
#[derive(Template)]
#[template(path = "partials/qr.html")]
pub struct Qr {
    /// Width and height in modules, quiet zone included.
    side: usize,
    path: String,
    label: String,
}

impl Qr {
    /// None for a text that no code holds (about 2,300 characters).
    pub fn new(text: &str, label: String) -> Option<Qr> {
        let Modules { width, dark } = modules(text)?;
        let mut path = String::new();
        for (y, row) in dark.chunks(width).enumerate() {
            let mut x = 0;
            while x < width {
                let run = row[x..].iter().take_while(|c| **c == row[x]).count();
                if row[x] {
                    path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
                }
                x += run;
            }
        }
        Some(Qr {
            side: width + 2 * QUIET,
            path,
            label,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders_and_a_quiet_zone() {
        let qr = Qr::new("RF93447120 352099001761481", "code".to_string()).expect("a short text");
        assert_eq!((qr.side - 2 * QUIET - 17) % 4, 0, "a version's width");
        let far = qr.side - QUIET - 7;
        for (x, y) in [(QUIET, QUIET), (far, QUIET), (QUIET, far)] {
            let top = format!("M{x} {y}h7v1h-7z");
            assert!(qr.path.contains(&top), "a finder at {x}, {y}");
        }
        assert!(Qr::new(&"x".repeat(3_000), String::new()).is_none());
    }
}
