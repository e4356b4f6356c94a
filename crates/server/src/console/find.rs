//! One box that finds a contract: by its id, its reference, or the phone's IMEI.
//!
//! What was typed may be personal, so it is posted, never put into an address, an answer or a
//! log. A reference with a slip in it finds nothing and is proposed. On purpose absent: finding
//! by name or number, which needs a sign-in and a log of who looked.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fairlock_domain::payment::Reference;
use fairlock_domain::payment::reference::near;
use fairlock_web::page::contract_address;
use serde::Deserialize;

use super::answer::{Asked, Trouble};
use crate::Shared;

/// The longest text that is looked for: a reference with spaces has 25 characters.
const TYPED_CHARS_MAX: usize = 64;

/// Proposals shown for a reference with a slip.
const NEAR_MAX: usize = 3;

/// The form in the head of every page.
#[derive(Deserialize)]
pub struct Find {
    #[serde(default)]
    find: String,
}

/// Where a search ended.
enum Found {
    Contract(String),
    /// Nothing exact; these ids are near.
    Near(Vec<String>),
}

/// Goes to the contract, or says what is near.
pub async fn find(
    State(shared): State<Arc<Shared>>,
    asked: Asked,
    Form(form): Form<Find>,
) -> Response {
    let store = shared.clone();
    let looked = tokio::task::spawn_blocking(move || look(&store, &form.find)).await;
    match looked.unwrap_or(Err(Trouble::Cut)) {
        Ok(Found::Contract(id)) => (
            StatusCode::SEE_OTHER,
            [(header::LOCATION, contract_address(&id))],
        )
            .into_response(),
        Ok(Found::Near(near)) => asked.trouble(&shared, Trouble::NotFoundByText { near }),
        Err(trouble) => asked.trouble(&shared, trouble),
    }
}

fn look(shared: &Shared, typed: &str) -> Result<Found, Trouble> {
    let typed: String = typed.trim().chars().take(TYPED_CHARS_MAX).collect();
    let store = &shared.store;
    if let Some(row) = store.contract(shared.lender, &typed)? {
        return Ok(Found::Contract(row.contract_id));
    }
    if let Some(imei) = imei(&typed)
        && let Some(id) = store.contract_by_imei(shared.lender, &imei)?
    {
        return Ok(Found::Contract(id));
    }
    let exact: Vec<Reference> = [Reference::parse(&typed), Reference::of_contract(&typed)]
        .into_iter()
        .flatten()
        .collect();
    let hit = store.contracts_by_reference(shared.lender, &exact)?;
    if let Some(contract) = hit.into_iter().next() {
        return Ok(Found::Contract(contract.contract_id));
    }
    let slips: Vec<Reference> = near([typed.as_str()]).into_iter().map(|(r, _)| r).collect();
    let near = store.contracts_by_reference(shared.lender, &slips)?;
    let near = near.into_iter().take(NEAR_MAX);
    Ok(Found::Near(near.map(|c| c.contract_id).collect()))
}

/// 15 digits, however they are grouped.
fn imei(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    (digits.len() == 15 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imei_is_read_in_any_grouping() {
        let cases = [
            ("352099001761481", Some("352099001761481")),
            ("35-209900-176148-1", Some("352099001761481")),
            ("35 2099 0017 61481", Some("352099001761481")),
            ("35209900176148", None),
            ("C-1001", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(imei(typed).as_deref(), expected, "{typed:?}");
        }
    }
}
