/* The agent's one call. What goes in and what comes out is canonical CBOR: docs/agent.cddl.
 *
 * Pure: nothing is kept between two calls; no clock, no randomness, no file, no thread. The caller
 * keeps the session that comes out and hands it in with the next event, keeps it in memory only
 * (it holds secrets), and hands in the stored state with the first event of a process.
 */
#ifndef FAIRLOCK_AGENT_H
#define FAIRLOCK_AGENT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Version of the bytes; fairlock_agent_version() must say the same. */
#define FAIRLOCK_AGENT_VERSION 1u
/* Longest input. A longer one is answered with an output that says so. */
#define FAIRLOCK_AGENT_INPUT_MAX 32768u
/* Room for any output. */
#define FAIRLOCK_AGENT_OUTPUT_MAX 65536u

/* A pointer is null, or a length is none that memory can have. */
#define FAIRLOCK_AGENT_NULL (-1)
/* The output doesn't fit: nothing is written. The same call with more room gives it. */
#define FAIRLOCK_AGENT_TOO_SMALL (-2)
/* Another thread's call is under way: one caller at a time. */
#define FAIRLOCK_AGENT_BUSY (-3)

uint32_t fairlock_agent_version(void);

/* One event: writes the output and returns its length, or one of the numbers above. Whatever the
 * input's bytes are, there is an output; one that says what was wrong with them changes nothing.
 * input and output must not overlap. */
int32_t fairlock_agent_step(const uint8_t *input, size_t input_len,
                            uint8_t *output, size_t output_cap);

#ifdef __cplusplus
}
#endif

#endif
