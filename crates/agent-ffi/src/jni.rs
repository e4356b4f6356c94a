//! For Java: the two native methods of `org.fairlock.agent.Native`, and of JNI no more than they
//! need: four functions of its table, at the places that its specification numbers.
//!
//! Failure is `null`: a null input, another call under way, or a virtual machine without memory.
#![expect(
    unsafe_code,
    reason = "JNI is a table of function pointers, and symbols have plain names"
)]

use alloc::vec;
use core::ffi::c_void;
use core::mem::{offset_of, size_of};
use core::ptr;

use crate::{INPUT_MAX, VERSION, alone, step_bytes};

/// `JNIEnv *`: points to a pointer to the table.
pub type Env = *const *const Functions;
/// `jbyteArray`, and any other object.
pub type Object = *mut c_void;
type Unused = *const c_void;

/// `struct JNINativeInterface_`, up to the last function that is used.
#[repr(C)]
pub struct Functions {
    from_0: [Unused; 171],
    get_array_length: unsafe extern "system" fn(Env, Object) -> i32,
    from_172: [Unused; 4],
    new_byte_array: unsafe extern "system" fn(Env, i32) -> Object,
    from_177: [Unused; 23],
    get_byte_array_region: unsafe extern "system" fn(Env, Object, i32, i32, *mut u8),
    from_201: [Unused; 7],
    set_byte_array_region: unsafe extern "system" fn(Env, Object, i32, i32, *const u8),
}

const fn at(number: usize) -> usize {
    number * size_of::<Unused>()
}

const _: () = assert!(
    offset_of!(Functions, get_array_length) == at(171)
        && offset_of!(Functions, new_byte_array) == at(176)
        && offset_of!(Functions, get_byte_array_region) == at(200)
        && offset_of!(Functions, set_byte_array_region) == at(208)
);

/// `static native int version()`
// SAFETY: no other symbol of this name: it is made of the class's and the method's.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_fairlock_agent_Native_version(_: Env, _: Object) -> i32 {
    VERSION.cast_signed()
}

/// `static native byte[] step(byte[] input)`
///
/// # Safety
/// Called by a Java virtual machine: `env` is this thread's and `input` a byte array or null.
// SAFETY: no other symbol of this name: it is made of the class's and the method's.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_org_fairlock_agent_Native_step(
    env: Env,
    _: Object,
    input: Object,
) -> Object {
    if input.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the virtual machine's pointer to its table's pointer lives as long as the thread.
    let table = unsafe { *env };
    // SAFETY: likewise the table; its head is laid out as above in every version of JNI.
    let table = unsafe { &*table };
    // SAFETY: `input` is a byte array.
    let length = unsafe { (table.get_array_length)(env, input) };
    let stepped = alone(|| {
        // One byte more than the longest, so that what is too long is seen to be.
        let taken = usize::try_from(length).unwrap_or(0).min(INPUT_MAX + 1);
        let mut bytes = vec![0; taken];
        // SAFETY: `taken` is at most the array's length and `bytes` has room for as many.
        unsafe { (table.get_byte_array_region)(env, input, 0, taken as i32, bytes.as_mut_ptr()) };
        let answer = step_bytes(&bytes);
        let Ok(length) = i32::try_from(answer.len()) else {
            return ptr::null_mut();
        };
        // SAFETY: any length of 0 or more may be asked for; null when there is no memory.
        let output = unsafe { (table.new_byte_array)(env, length) };
        if !output.is_null() {
            // SAFETY: the new array is `length` bytes long, and so is `answer`.
            unsafe { (table.set_byte_array_region)(env, output, 0, length, answer.as_ptr()) };
        }
        output
    });
    stepped.unwrap_or(ptr::null_mut())
}
