//! Daraja's direct answers: an access token, that a question was taken, how a prompt ended, and
//! that it won't.
//!
//! Failure is an answer taken for another: without its response code an answer is an error.

use fairlock_domain::pii::Secret;

use super::stk::Failed;
use crate::error::ReadError;
use crate::members::Object;

/// Access for a while.
pub struct Token {
    pub token: Secret<String>,
    pub seconds: u32,
}

/// Longest time that a token is believed to last; Daraja's last one hour.
const TOKEN_SECONDS_MAX: u32 = 3600;

/// Reads the answer to a request for access.
pub fn read_token(body: &[u8]) -> Result<Token, ReadError> {
    let body = Object::body(body)?;
    let token = body.required_id("access_token", "an access token")?;
    let seconds = body
        .whole("expires_in")?
        .and_then(|s| u32::try_from(s).ok());
    Ok(Token {
        token: Secret::new(token),
        seconds: seconds.unwrap_or(0).min(TOKEN_SECONDS_MAX),
    })
}

/// What came of a question at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// It was taken, under this name: a conversation, or a prompt's checkout id.
    Taken(String),
    /// Daraja says that it is under way, or too busy: ask again.
    Later(String),
    /// It won't be taken: the code and Daraja's words.
    Refused(String),
}

/// Reads the answer to a question whose result comes later.
pub fn read_taken(body: &[u8]) -> Result<Reply, ReadError> {
    let body = Object::body(body)?;
    if let Some(error) = error(&body)? {
        return Ok(error);
    }
    let code = body.required("ResponseCode", "a response code such as 0")?;
    if code != "0" {
        return Ok(Reply::Refused(said(
            &code,
            body.words("ResponseDescription"),
        )));
    }
    if let Some(checkout) = body.id("CheckoutRequestID")? {
        return Ok(Reply::Taken(checkout));
    }
    let expected = "a conversation such as AG_20170717_00006c6f7f5b8b6b1a62";
    body.required_id("ConversationID", expected)
        .map(Reply::Taken)
}

/// How a prompt is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// Paid; the answer names no receipt.
    Paid,
    Failed(Failed),
    UnderWay(String),
}

/// Reads the answer to the question how a prompt ended.
pub fn read_prompt(body: &[u8]) -> Result<Prompt, ReadError> {
    let body = Object::body(body)?;
    match error(&body)? {
        Some(Reply::Later(text) | Reply::Refused(text) | Reply::Taken(text)) => {
            return Ok(Prompt::UnderWay(text));
        }
        None => {}
    }
    let code = body.required("ResultCode", "a result code such as 0")?;
    Ok(match code.as_str() {
        "0" => Prompt::Paid,
        _ => Prompt::Failed(Failed {
            code,
            text: body.words("ResultDesc"),
        }),
    })
}

/// Daraja's own form of an error. 500.001.1001 is "being processed" or "too busy"; 404.001.03 and
/// 401.002.01 are an access token that has ended.
fn error(body: &Object<'_>) -> Result<Option<Reply>, ReadError> {
    let Some(code) = body.text("errorCode")? else {
        return Ok(None);
    };
    let text = said(&code, body.words("errorMessage"));
    let later = code.starts_with("500.") || code.starts_with("503.") || code.starts_with("429.");
    let access = matches!(code.as_str(), "404.001.03" | "401.002.01" | "401.003.01");
    Ok(Some(match later || access {
        true => Reply::Later(text),
        false => Reply::Refused(text),
    }))
}

fn said(code: &str, text: Option<String>) -> String {
    match text {
        Some(text) => format!("{code}: {text}"),
        None => code.to_owned(),
    }
}
