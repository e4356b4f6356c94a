//! What every lock backend has to keep, whatever it limits with. A backend that doesn't isn't
//! shipped.
//!
//! The suite drives a backend as the agent does and asks its phone as a user would. Failure is the
//! list of sentences that aren't true of it.

use fairlock_agent::{Backend, Conduct, Function};
use fairlock_protocol::Level;
use fairlock_protocol::charter::AppClass;

/// What somebody wants to do with the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use<'a> {
    Function(Function),
    App {
        package: &'a str,
        class: Option<AppClass>,
    },
}

/// The lock page stands before everything but the floor.
pub fn has_page(conduct: &Conduct) -> bool {
    conduct.level() == Level::Lock
}

/// May this go on, as a backend is told?
pub fn leaves(conduct: &Conduct, wanted: Use) -> bool {
    match wanted {
        Use::Function(function) => conduct.floor().functions().contains(&function),
        Use::App { package, class } => {
            let stays = conduct.floor().apps().iter().any(|app| app.app == package);
            let paused = class.is_some_and(|class| conduct.paused().contains(&class));
            stays || !(has_page(conduct) || paused)
        }
    }
}

/// A backend together with the phone that it limits.
pub trait OnPhone: Backend {
    /// What the phone's user meets: does this work now?
    fn works(&self, wanted: Use) -> bool;
    /// Nothing of ours is left: no restriction, no paused app, no right.
    fn is_clean(&self) -> bool;
    /// How many calls have changed the phone so far.
    fn changes(&self) -> u32;
}

/// Holds fresh backends of one kind against every rule. `conducts` are what an agent tells in its
/// reachable states; they hold at least one of each level up to `lock`.
pub fn breaches<B: OnPhone>(make: impl Fn() -> B, conducts: &[Conduct]) -> Vec<String> {
    let mut breaches = Vec::new();
    for level in [Level::Free, Level::Remind, Level::Reduce, Level::Lock] {
        if !conducts.iter().any(|conduct| conduct.level() == level) {
            breaches.push(format!("{level:?} isn't tried"));
        }
    }
    for conduct in conducts {
        let mut backend = make();
        if let Err(fault) = backend.apply(conduct) {
            breaches.push(format!("{:?} can't be applied: {fault:?}", conduct.level()));
            continue;
        }
        check_state(&backend, conduct, &mut breaches);
        check_again(&mut backend, conduct, &mut breaches);
        for next in conducts {
            check_next(make(), conduct, next, &mut breaches);
        }
        check_release(&mut backend, conduct.level(), &mut breaches);
    }
    breaches
}

/// The floor in every state, the level as told, and apps as told.
fn check_state(backend: &impl OnPhone, conduct: &Conduct, breaches: &mut Vec<String>) {
    let level = conduct.level();
    let mut holds = |true_: bool, what: String| {
        if !true_ {
            breaches.push(format!("at {level:?}: {what}"));
        }
    };
    for &function in Function::ALL {
        let works = backend.works(Use::Function(function));
        holds(works, format!("{function:?} doesn't work"));
    }
    for app in conduct.floor().apps() {
        let class = Some(AppClass::Games);
        for class in [None, class] {
            let app = Use::App {
                package: &app.app,
                class,
            };
            holds(
                backend.works(app),
                format!("{app:?} of the floor doesn't work"),
            );
        }
    }
    for class in CLASSES {
        let app = Use::App {
            package: "org.example.other",
            class,
        };
        let works = backend.works(app) == leaves(conduct, app);
        holds(works, format!("{app:?} isn't as told"));
    }
    let seen = backend.observe();
    holds(seen.level == level, format!("{:?} is seen", seen.level));
    holds(
        seen.missing.is_empty(),
        format!("{:?} is missing", seen.missing),
    );
}

const CLASSES: [Option<AppClass>; 7] = [
    None,
    Some(AppClass::Games),
    Some(AppClass::Video),
    Some(AppClass::Music),
    Some(AppClass::Social),
    Some(AppClass::News),
    Some(AppClass::Shopping),
];

/// Applying twice changes nothing.
fn check_again(backend: &mut impl OnPhone, conduct: &Conduct, breaches: &mut Vec<String>) {
    let before = backend.changes();
    if backend.apply(conduct).is_err() || backend.changes() != before {
        breaches.push(format!(
            "{:?} twice isn't {:?} once",
            conduct.level(),
            conduct.level()
        ));
    }
}

/// From any state to any other one, and nothing of the state before is left.
fn check_next(
    mut backend: impl OnPhone,
    from: &Conduct,
    next: &Conduct,
    breaches: &mut Vec<String>,
) {
    let applied = backend.apply(from).and_then(|()| backend.apply(next));
    let mut found = Vec::new();
    match applied {
        Ok(()) => check_state(&backend, next, &mut found),
        Err(fault) => found.push(format!("{fault:?}")),
    }
    let from = from.level();
    breaches.extend(found.iter().map(|what| format!("after {from:?}, {what}")));
}

/// "Release leaves nothing", from every state, and again.
fn check_release(backend: &mut impl OnPhone, from: Level, breaches: &mut Vec<String>) {
    for _ in 0..2 {
        let released = backend.release().is_ok() && backend.observe().level == Level::Released;
        if !released || !backend.is_clean() {
            breaches.push(format!("release from {from:?} leaves something"));
        }
    }
}
