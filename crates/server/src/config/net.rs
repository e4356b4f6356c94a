//! Internet addresses that are let in: one address, or a range such as `196.201.214.0/24`.

use std::fmt;
use std::net::IpAddr;

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Net {
    addr: IpAddr,
    /// How many leading bits count.
    bits: u8,
}

impl Net {
    /// `ADDRESS` or `ADDRESS/BITS`; `None` when it is neither. Bits behind the prefix must be
    /// zero: `10.0.0.1/8` is more likely a slip than a wish for the whole of `10`.
    pub fn parse(text: &str) -> Option<Net> {
        let (addr, bits) = match text.split_once('/') {
            Some((addr, bits)) => (addr, Some(bits)),
            None => (text, None),
        };
        let addr: IpAddr = addr.parse().ok()?;
        let addr = addr.to_canonical();
        let width = width(addr);
        let bits = match bits {
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) => bits.parse::<u8>().ok()?,
            Some(_) => return None,
            None => width,
        };
        let net = Net { addr, bits };
        let whole = bits <= width && number(addr) & !net.mask() == 0;
        whole.then_some(net)
    }

    /// Whether the address is one of these. An IPv4 address in IPv6 clothes counts as itself.
    pub fn contains(&self, addr: IpAddr) -> bool {
        let addr = addr.to_canonical();
        width(addr) == width(self.addr) && (number(addr) ^ number(self.addr)) & self.mask() == 0
    }

    fn mask(&self) -> u128 {
        let free = u32::from(width(self.addr) - self.bits);
        u128::MAX.checked_shl(free).unwrap_or(0)
    }
}

impl fmt::Display for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.addr, self.bits)
    }
}

fn width(addr: IpAddr) -> u8 {
    match addr {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn number(addr: IpAddr) -> u128 {
    match addr {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(net: &str, inside: &[&str], outside: &[&str]) {
        let net = Net::parse(net).unwrap();
        for addr in inside {
            assert!(net.contains(addr.parse().unwrap()), "{addr} in {net}");
        }
        for addr in outside {
            assert!(!net.contains(addr.parse().unwrap()), "{addr} not in {net}");
        }
    }

    #[test]
    fn a_range_holds_its_addresses_and_no_other() {
        check(
            "196.201.214.200",
            &["196.201.214.200", "::ffff:196.201.214.200"],
            &["196.201.214.201", "::1"],
        );
        check(
            "196.201.212.0/23",
            &["196.201.212.0", "196.201.213.255"],
            &["196.201.211.255", "196.201.214.0"],
        );
        check("0.0.0.0/0", &["8.8.8.8"], &["2001:db8::1"]);
        check(
            "2001:db8::/32",
            &["2001:db8:1::9"],
            &["2001:db9::1", "1.2.3.4"],
        );
    }

    #[test]
    fn what_isnt_a_range_is_refused() {
        for text in [
            "",
            "host",
            "1.2.3",
            "1.2.3.4/33",
            "10.0.0.1/8",
            "1.2.3.4/+4",
            "::/129",
        ] {
            assert_eq!(Net::parse(text), None, "{text}");
        }
    }
}
