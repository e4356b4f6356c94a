//! Zones with the names people know them by.

use fairlock_domain::calendar::zone;
use fairlock_web::view::Place;

use crate::Shared;

/// The place of an IANA name; UTC where the database has none, which an import rules out.
pub fn get(shared: &Shared, iana: &str) -> Place {
    match shared.money.desk.zone(iana) {
        Ok(zone) => Place::new(iana, zone),
        Err(_) => utc(),
    }
}

/// Where no contract says a zone.
pub fn utc() -> Place {
    Place::new("UTC", zone::utc())
}
