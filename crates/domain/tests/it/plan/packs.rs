//! Several packs: each by itself, the lowest level wins.

use super::story::check;

#[test]
fn the_lowest_level_of_all_packs_wins() {
    check(
        "sandbox+in in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 100.00
        2026-03-20 12:00 => remind, steps none, served first 2026-02-11 09:00 then final 2026-02-13 09:00",
    );
    // Strict-default reaches reduce on Thu 14 May 09:00; the sandbox has long been at lock.
    check(
        "strict-default+sandbox in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 100.00
        2026-05-14 08:59:59 => remind
        2026-05-14 09:00 => reduce",
    );
}

#[test]
fn a_pass_counts_in_every_pack_and_caps_each_for_its_own_hours() {
    // 24 hours of the sandbox end on Sat 16 May 10:00, 48 of strict-default on Sun 17 May 10:00; its
    // window opens on Mon 18 May 09:00.
    check(
        "strict-default+sandbox in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 100.00
        2026-05-15 10:00 pass
        2026-05-15 10:00 => remind, steps reduce 2026-05-18 09:00
        2026-05-18 09:00 => reduce",
    );
    // Below reduce over all packs it does nothing, though the sandbox alone is at lock.
    check(
        "strict-default+sandbox in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 100.00
        2026-05-14 08:59 pass
        2026-05-14 09:00 => reduce
        2026-05-15 10:00 pass
        2026-05-15 10:00 => remind",
    );
}
