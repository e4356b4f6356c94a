//! The screen of a state. What it says is [`fairlock_display`]'s; here only stands what it is told.
//! Screens never decide: nothing in them is a ground for a level.

use alloc::vec::Vec;

use fairlock_display::{Screen, ScreenKind, View};
use fairlock_protocol::Level;

use crate::CHECK_IN_H;
use crate::state::{Enrolled, Phase, State};

/// After two check-ins without an answer the screen says so.
const OFFLINE_S: u64 = 2 * CHECK_IN_H * 3600;

pub(crate) fn build(state: &State) -> Screen {
    match &state.phase {
        Phase::Enrolled(enrolled) => view(state, enrolled).screen(),
        Phase::Offered(offer) if offer.accepted.is_none() => {
            Screen::bare(ScreenKind::Charter, alloc::vec![offer.charter.clone()])
        }
        _ => Screen::bare(ScreenKind::Blank, Vec::new()),
    }
}

fn view<'a>(state: &'a State, enrolled: &'a Enrolled) -> View<'a> {
    let moment = state.time.moment();
    let heard = enrolled.contact.map(|contact| contact.now);
    let open = state.grant_level() <= Level::Remind;
    let change = state.now.change.as_ref();
    let waiting = change.filter(|change| open && !change.accepted);
    let shown_until = enrolled.payees_until;
    View {
        in_force: &enrolled.in_force,
        charter: &enrolled.charter,
        display: state.now.display.as_ref(),
        moment,
        level: state.level(),
        said: state.now.code,
        code_wait_s: enrolled.codes.wait_s(moment.running),
        code_tries_left: enrolled.codes.tries_left(),
        heard,
        silent: heard.is_some_and(|heard| moment.lower.saturating_sub(heard) > OFFLINE_S),
        stricter: waiting.map(|change| &change.replacement.charter),
        payees_changed: shown_until.is_some_and(|until| moment.running < until),
    }
}
