//! What a backend is told, as a map: the whole floor is in it, so that a port need not know it.

use fairlock_agent::Conduct;
use fairlock_agent::protocol::cbor::{MapWriter, Writer};
use fairlock_agent::protocol::wire::Item;

use super::{Put, put_list};

impl Put for Conduct {
    fn put(&self, writer: &mut Writer) {
        let mut map = MapWriter::default();
        self.level().put(map.key(1));
        put_list(&mut map, 2, self.floor().functions());
        put_list(&mut map, 3, self.floor().apps());
        put_list(&mut map, 4, self.floor().contacts());
        put_list(&mut map, 5, self.paused());
        put_list(&mut map, 6, self.restrictions());
        writer.raw(&map.finish());
    }
}
