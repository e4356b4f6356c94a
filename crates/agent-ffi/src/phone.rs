//! What std would give: a heap, and an end when something panics. The heap is a static arena; a
//! panic is a trap, which the app's process dies of and its next start counts.
#![expect(
    unsafe_code,
    reason = "an allocator hands out pointers, and a trap is an instruction"
)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::asm;
use core::cell::UnsafeCell;
use core::panic::PanicInfo;
use core::ptr;

use crate::arena::{Book, UNIT};

/// Four times what any input may take; untouched pages cost a phone nothing.
const ARENA: usize = 512 * 1024;
const WORDS: usize = ARENA / UNIT / 32;

#[repr(align(32))]
struct Arena {
    memory: UnsafeCell<[u8; ARENA]>,
    book: Book<WORDS>,
}

// SAFETY: the book's words are atomic, and everything that allocates runs inside `crate::alone`,
// so a piece of memory is one caller's until it is given back.
unsafe impl Sync for Arena {}

#[global_allocator]
static HEAP: Arena = Arena {
    memory: UnsafeCell::new([0; ARENA]),
    book: Book::new(),
};

// SAFETY: pieces are within the arena, don't overlap and are aligned to UNIT; more alignment than
// that is refused. Nothing here panics or allocates.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let offset = match layout.align() <= UNIT {
            true => self.book.take(layout.size()),
            false => None,
        };
        match offset {
            Some(offset) => self.memory.get().cast::<u8>().wrapping_add(offset),
            None => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        let offset = piece.addr().wrapping_sub(self.memory.get().addr());
        self.book.give(offset, layout.size());
    }
}

#[panic_handler]
fn panicked(_: &PanicInfo<'_>) -> ! {
    // SAFETY: an instruction that no processor carries out; the system ends the process there.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!("ud2", options(noreturn, nomem, nostack));
        #[cfg(target_arch = "aarch64")]
        asm!("brk #1", options(noreturn, nomem, nostack));
        #[cfg(target_arch = "arm")]
        asm!("udf #0", options(noreturn, nomem, nostack));
    }
}
