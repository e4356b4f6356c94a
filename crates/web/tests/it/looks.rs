//! Looks that can be computed: contrasts of the tokens, and what vendored files are.

use std::collections::BTreeMap;

use fairlock_web::assets;
use sha2::{Digest, Sha256};

/// Tokens of one theme, by name.
type Tokens = BTreeMap<String, String>;

fn style() -> &'static str {
    std::str::from_utf8(assets::STYLE.bytes).expect("UTF-8")
}

/// Hex tokens of the block that follows a selector.
fn tokens_after(css: &str, selector: &str) -> Tokens {
    let (_, rest) = css
        .split_once(selector)
        .unwrap_or_else(|| panic!("{selector} is not in f.css"));
    let block = rest.split('}').next().unwrap_or("");
    block
        .split(';')
        .filter_map(|part| part.trim().trim_start_matches('{').trim().split_once(": #"))
        .map(|(name, hex)| (name.trim().to_string(), hex.trim().to_string()))
        .collect()
}

fn light() -> Tokens {
    tokens_after(style(), ":root {\n  color-scheme: light;")
}

fn dark() -> Tokens {
    tokens_after(style(), ":root[data-theme=\"dark\"] {")
}

/// WCAG 2.2 relative luminance.
fn luminance(hex: &str) -> f64 {
    let part = |i: usize| {
        let value = u8::from_str_radix(&hex[i..i + 2], 16).expect("a hex colour");
        let c = f64::from(value) / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(0) + 0.7152 * part(2) + 0.0722 * part(4)
}

fn ratio(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// (foreground, background, least ratio): text of borrowers 7, of staff 4.5, edges and marks 3.
const PAIRS: &[(&str, &str, f64)] = &[
    ("--text", "--bg", 7.0),
    ("--text", "--surface", 7.0),
    ("--text-2", "--bg", 7.0),
    ("--text-2", "--surface", 7.0),
    ("--link", "--bg", 7.0),
    ("--link", "--surface", 7.0),
    ("--act", "--bg", 7.0),
    ("--on-act", "--act", 7.0),
    ("--ctl", "--bg", 3.0),
    ("--ctl", "--surface", 3.0),
    ("--focus", "--bg", 3.0),
    ("--focus", "--surface", 3.0),
    ("--ok", "--ok-tint", 7.0),
    ("--warn", "--warn-tint", 7.0),
    ("--warn", "--bg", 4.5),
    ("--warn", "--surface", 4.5),
    ("--text", "--warn-tint", 7.0),
    ("--text-2", "--warn-tint", 4.5),
    ("--link", "--warn-tint", 4.5),
    ("--err", "--err-tint", 4.5),
    ("--err", "--bg", 4.5),
    ("--free", "--free-tint", 7.0),
    ("--remind", "--remind-tint", 7.0),
    ("--reduce", "--reduce-tint", 7.0),
    ("--lock", "--lock-tint", 7.0),
    ("--released", "--released-tint", 7.0),
    ("--free-solid", "--bg", 3.0),
    ("--free-solid", "--surface", 3.0),
    ("--remind-solid", "--bg", 3.0),
    ("--remind-solid", "--surface", 3.0),
    ("--reduce-solid", "--bg", 3.0),
    ("--reduce-solid", "--surface", 3.0),
    ("--lock-solid", "--bg", 3.0),
    ("--lock-solid", "--surface", 3.0),
    ("--released-solid", "--bg", 3.0),
    ("--released-solid", "--surface", 3.0),
];

#[test]
fn every_pair_of_colours_keeps_its_contrast() {
    for (theme, tokens) in [("light", light()), ("dark", dark())] {
        for (fore, back, least) in PAIRS {
            let hex = |name: &str| {
                tokens
                    .get(name)
                    .unwrap_or_else(|| panic!("{theme}: {name} is not in f.css"))
            };
            let found = ratio(hex(fore), hex(back));
            assert!(
                found >= *least,
                "{theme}: {fore} on {back} is {found:.2}; expected at least {least}"
            );
        }
    }
}

#[test]
fn tokens_are_those_of_the_ui_contract() {
    let expected = [
        ("--text", "15191f", "eef1f5"),
        ("--text-2", "454e5a", "b9c2ce"),
        ("--link", "0a4fa8", "8ab8ff"),
        ("--ctl", "6b7684", "8793a3"),
        ("--line", "d3d9e0", "343d49"),
        ("--focus", "0a4fa8", "ffd84d"),
        ("--ok", "0b5c33", "7fdca4"),
        ("--warn", "7a4100", "ffc46b"),
        ("--err", "981010", "ff9d9d"),
        ("--free-solid", "2b9e63", "2f8a58"),
        ("--remind-solid", "2f76cc", "5a96e8"),
        ("--reduce-solid", "8a4300", "f2ae4a"),
        ("--lock-solid", "4a1a5e", "f0dcfb"),
        ("--released-solid", "66717e", "8c97a5"),
    ];
    let (light, dark) = (light(), dark());
    for (name, in_light, in_dark) in expected {
        assert_eq!(light[name], in_light, "light {name}");
        assert_eq!(dark[name], in_dark, "dark {name}");
    }
}

#[test]
fn the_dark_theme_is_one_theme() {
    let by_device = tokens_after(style(), ":root:not([data-theme=\"light\"]) {");
    assert_eq!(
        by_device,
        dark(),
        "dark by the device and dark by choice differ"
    );
    assert_eq!(
        light().keys().collect::<Vec<_>>(),
        dark().keys().collect::<Vec<_>>(),
        "a token has no value in one theme"
    );
}

#[test]
fn the_style_sheet_asks_nobody_else() {
    for url in style().split("url(").skip(1) {
        assert!(
            url.starts_with("\"data:"),
            "url({}",
            &url[..40.min(url.len())]
        );
    }
    assert!(!style().contains("@import"), "@import");
    assert!(!style().contains("@font-face"), "@font-face");
}

#[test]
fn vendored_scripts_are_what_their_readme_says() {
    let readme = include_str!("../../assets/vendor/README.md");
    let files = [
        include_str!("../../assets/vendor/htmx-4.0.1.min.js"),
        include_str!("../../assets/vendor/htmx-4.0.1-csp.min.js"),
        include_str!("../../assets/vendor/htmx-4.0.1-sse.min.js"),
    ];
    for file in files {
        let sum: String = Sha256::digest(file)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert!(readme.contains(&sum), "{sum} is not in the README");
    }
}

/// htmx looks at the page right after its script: an extension in a script of its own can come too
/// late, and the page is never live.
#[test]
fn extensions_come_in_the_same_script_as_htmx() {
    let script = std::str::from_utf8(assets::HTMX.bytes).expect("text");
    for extension in ["\"hx-csp\"", "\"sse\""] {
        let registers = format!("registerExtension({extension}");
        assert!(script.contains(&registers), "{registers}");
    }
}

#[test]
fn an_asset_is_found_by_its_own_hash_alone() {
    for asset in assets::ALL {
        let path = asset.path();
        let mut parts = path.trim_start_matches("/assets/").split('/');
        let (hash, name) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        assert!(assets::find(hash, name).is_some(), "{path}");
        assert!(assets::find("0000000000000000", name).is_none(), "{name}");
    }
}
