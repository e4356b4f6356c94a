//! For C. Constants and contract stand in `include/fairlock_agent.h`; a test compiles a C program
//! with it, which goes through a whole story and the errors.
#![expect(
    unsafe_code,
    reason = "a caller in C hands in pointers with lengths, and symbols have plain names"
)]

use core::slice;

use crate::{VERSION, alone, step_bytes};

/// A pointer is null, or a length no length.
pub const NULL: i32 = -1;
/// The output doesn't fit: nothing was written.
pub const TOO_SMALL: i32 = -2;
/// Another call is under way.
pub const BUSY: i32 = -3;

/// Version of the bytes that go in and come out.
// SAFETY: no other symbol of this name: the prefix is the crate's.
#[unsafe(no_mangle)]
pub extern "C" fn fairlock_agent_version() -> u32 {
    VERSION
}

/// One event: writes the output and returns its length, or a negative number.
///
/// # Safety
/// `input` points to `input_len` bytes that can be read and `output` to `output_cap` bytes that can
/// be written; they don't overlap, and nobody else touches them during the call.
// SAFETY: no other symbol of this name: the prefix is the crate's.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fairlock_agent_step(
    input: *const u8,
    input_len: usize,
    output: *mut u8,
    output_cap: usize,
) -> i32 {
    let lengths = input_len.max(output_cap) <= isize::MAX as usize;
    if input.is_null() || output.is_null() || !lengths {
        return NULL;
    }
    // SAFETY: not null, of a possible length, and readable by the caller's contract.
    let input = unsafe { slice::from_raw_parts(input, input_len) };
    let stepped = alone(|| {
        let bytes = step_bytes(input);
        if bytes.len() > output_cap {
            return TOO_SMALL;
        }
        // SAFETY: `output` has room for `output_cap` bytes, which are enough, and is nobody else's.
        unsafe { output.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        i32::try_from(bytes.len()).unwrap_or(TOO_SMALL)
    });
    stepped.unwrap_or(BUSY)
}
