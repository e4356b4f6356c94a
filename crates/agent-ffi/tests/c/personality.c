/* The core library that comes ready made for this machine can unwind, and names a function for it
 * that std would bring. On a phone core is built to abort, and nobody asks for it. */
#include <stdlib.h>

void rust_eh_personality(void);

void rust_eh_personality(void) {
    abort();
}
