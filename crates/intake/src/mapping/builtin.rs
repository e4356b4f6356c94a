//! Mappings that come with the program: tables whose columns are public facts.

use fairlock_domain::calendar::{Instant, Zone};

use super::Mapping;

/// Name and text of each.
pub const BUILTIN: [(&str, &str); 1] = [(
    "mpesa-portal",
    include_str!("../../mappings/mpesa-portal.toml"),
)];

/// Minutes east of UTC in East Africa: no country there changes its clocks.
const EAST_AFRICA_MINUTES: i32 = 180;

/// A mapping that comes with the program.
pub fn builtin(name: &str) -> Option<Mapping> {
    let (name, text) = BUILTIN.into_iter().find(|(known, _)| *known == name)?;
    Mapping::parse(&format!("{name}.toml"), text, &zone).ok()
}

/// The zones that the texts above name, so that they need no database of zones.
fn zone(name: &str) -> Option<Zone> {
    let east = || Zone::new(vec![(Instant::from_unix_seconds(0), EAST_AFRICA_MINUTES)]);
    (name == "Africa/Nairobi").then(east)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mapping_of_the_program_is_right() {
        for (name, text) in BUILTIN {
            let read = Mapping::parse(name, text, &zone);
            assert_eq!(read.map(|mapping| mapping.name), Ok(name.to_owned()));
        }
    }
}
