//! The files that pages load, embedded, under names that change with their content.
//!
//! A name holds a hash of the content, so that a browser may keep a file for ever. The hash only
//! tells versions apart (FNV-1a); what vendored files are is said by `assets/vendor/README.md`,
//! and a test compares their SHA-256.

/// One embedded file.
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// Its name without folder or hash.
    pub name: &'static str,
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    hash: u64,
}

impl Asset {
    const fn new(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Asset {
        Asset {
            name,
            content_type,
            bytes,
            hash: fnv1a(bytes),
        }
    }

    /// The path that pages name it by: `/assets/0123456789abcdef/f.css`.
    pub fn path(&self) -> String {
        format!("/assets/{:016x}/{}", self.hash, self.name)
    }
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

pub const STYLE: Asset = Asset::new("f.css", CSS, include_bytes!("../assets/f.css"));
/// htmx and its two extensions as one file: htmx looks at the page in a task of its own, as soon as
/// its script has run, and an extension that arrives after that is never asked. Three files on a
/// slow line left pages that weren't live.
pub const HTMX: Asset = Asset::new(
    "htmx.js",
    JS,
    concat!(
        include_str!("../assets/vendor/htmx-4.0.1.min.js"),
        "\n",
        include_str!("../assets/vendor/htmx-4.0.1-csp.min.js"),
        "\n",
        include_str!("../assets/vendor/htmx-4.0.1-sse.min.js"),
    )
    .as_bytes(),
);
pub const LIVE: Asset = Asset::new("live.js", JS, include_bytes!("../assets/live.js"));

/// All of them.
pub const ALL: [Asset; 3] = [STYLE, HTMX, LIVE];

/// The asset at `/assets/{hash}/{name}`; an old hash is nobody's.
pub fn find(hash: &str, name: &str) -> Option<Asset> {
    ALL.into_iter()
        .find(|a| a.name == name && format!("{:016x}", a.hash) == hash)
}

const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut i = 0;
    while i < bytes.len() {
        hash ^= bytes[i] as u64;
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
        i += 1;
    }
    hash
}
