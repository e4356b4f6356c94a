//! A reader's own settings: colours and row height, kept in a cookie of this server alone.

use axum::Form;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fairlock_web::view::{Density, Theme};
use serde::Deserialize;

/// A year: a reader sets it once.
const COOKIE_MAX_AGE_S: u32 = 31_536_000;

/// The form in the footer of every page.
#[derive(Deserialize)]
pub struct Appearance {
    #[serde(default)]
    theme: String,
    #[serde(default)]
    density: String,
    #[serde(default)]
    back: String,
}

/// Keeps the choice and goes back to the page it was made on.
pub async fn appearance(Form(form): Form<Appearance>) -> Response {
    let theme = match form.theme.as_str() {
        "light" => "light",
        "dark" => "dark",
        _ => "auto",
    };
    let density = match form.density.as_str() {
        "compact" => "compact",
        _ => "comfortable",
    };
    let value = format!(
        "look={theme}.{density}; Path=/; Max-Age={COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Strict"
    );
    let back = own_path(&form.back).to_string();
    (
        StatusCode::SEE_OTHER,
        [(header::SET_COOKIE, value), (header::LOCATION, back)],
    )
        .into_response()
}

/// A path of this server; anything else goes to the portfolio.
fn own_path(back: &str) -> &str {
    let own = back.starts_with('/')
        && !back.starts_with("//")
        && back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if own { back } else { "/" }
}

/// The settings that a Cookie header holds.
pub fn read(cookies: &str) -> (Theme, Density) {
    let look = cookies
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix("look="))
        .unwrap_or("");
    let (theme, density) = look.split_once('.').unwrap_or((look, ""));
    let theme = match theme {
        "light" => Theme::Light,
        "dark" => Theme::Dark,
        _ => Theme::Auto,
    };
    let density = match density {
        "compact" => Density::Compact,
        _ => Density::Comfortable,
    };
    (theme, density)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_back_from_among_other_cookies() {
        let cases = [
            ("", Theme::Auto, Density::Comfortable),
            ("look=dark.compact", Theme::Dark, Density::Compact),
            (
                "a=b; look=light.comfortable; c=d",
                Theme::Light,
                Density::Comfortable,
            ),
            ("look=purple.huge", Theme::Auto, Density::Comfortable),
        ];
        for (cookies, theme, density) in cases {
            assert_eq!(read(cookies), (theme, density), "{cookies:?}");
        }
    }

    #[test]
    fn nobody_is_sent_to_another_host() {
        let cases = [
            ("/contracts?level=lock", "/contracts?level=lock"),
            ("//evil.example", "/"),
            ("https://evil.example", "/"),
            ("/\\evil.example", "/"),
            ("/a\r\nset-cookie: x", "/"),
            ("", "/"),
        ];
        for (back, expected) in cases {
            assert_eq!(own_path(back), expected, "{back:?}");
        }
    }
}
