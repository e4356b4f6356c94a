//! The headers that keep a page to itself.
//!
//! Nothing loads from another host, nothing frames a page, scripts run only with the response's
//! nonce, and only htmx may write HTML (tried in Chromium: without `hx-csp` and the `htmx`
//! policy nothing is swapped at all).

/// The Content-Security-Policy of one response with this nonce.
pub fn header(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; \
         base-uri 'none'; require-trusted-types-for 'script'; trusted-types htmx"
    )
}

/// The other headers of every page.
pub const OTHERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    // Not `no-referrer`: with it a form's Origin is `null`, and the server refuses the form.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];
