//! The simulated world: clock, network, phones, banks, faults, oracle.
