/* Goes through a recorded story by the header alone: every input must give its output. Then what
 * the header promises of errors. The file: for each call the input and the output, each behind its
 * length in four bytes, highest first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fairlock_agent.h"

static uint8_t input[FAIRLOCK_AGENT_INPUT_MAX];
static uint8_t expected[FAIRLOCK_AGENT_OUTPUT_MAX];
static uint8_t output[FAIRLOCK_AGENT_OUTPUT_MAX];

#define REQUIRE(holds)                                              \
    do {                                                            \
        if (!(holds)) {                                             \
            fprintf(stderr, "line %d: not so: %s\n", __LINE__, #holds); \
            exit(1);                                                \
        }                                                           \
    } while (0)

/* The next item of the file, or -1 at its end. */
static long item(FILE *file, uint8_t *into, size_t cap) {
    uint8_t head[4];
    size_t got = fread(head, 1, sizeof head, file);
    if (got == 0) {
        return -1;
    }
    REQUIRE(got == sizeof head);
    size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    REQUIRE(length <= cap);
    REQUIRE(fread(into, 1, length, file) == length);
    return (long)length;
}

int main(int argc, char **argv) {
    REQUIRE(argc == 2);
    REQUIRE(fairlock_agent_version() == FAIRLOCK_AGENT_VERSION);
    FILE *file = fopen(argv[1], "rb");
    REQUIRE(file != NULL);
    int calls = 0;
    long length, wanted, got;
    while ((length = item(file, input, sizeof input)) >= 0) {
        wanted = item(file, expected, sizeof expected);
        memset(output, 0xee, sizeof output);
        /* Exactly enough room, and not a byte behind it. */
        got = fairlock_agent_step(input, (size_t)length, output, (size_t)wanted);
        REQUIRE(got == wanted);
        REQUIRE(memcmp(output, expected, (size_t)wanted) == 0);
        REQUIRE(wanted == sizeof output || output[wanted] == 0xee);
        memset(output, 0xee, sizeof output);
        got = fairlock_agent_step(input, (size_t)length, output, (size_t)wanted - 1);
        REQUIRE(got == FAIRLOCK_AGENT_TOO_SMALL && output[0] == 0xee);
        calls++;
    }
    fclose(file);
    REQUIRE(fairlock_agent_step(NULL, 0, output, sizeof output) == FAIRLOCK_AGENT_NULL);
    REQUIRE(fairlock_agent_step(input, 0, NULL, 0) == FAIRLOCK_AGENT_NULL);
    REQUIRE(fairlock_agent_step(input, SIZE_MAX, output, sizeof output) == FAIRLOCK_AGENT_NULL);
    /* No bytes at all are answered, and so are too many. */
    REQUIRE(fairlock_agent_step(input, 0, output, sizeof output) > 0);
    uint8_t *long_input = calloc(FAIRLOCK_AGENT_INPUT_MAX + 1, 1);
    REQUIRE(long_input != NULL);
    got = fairlock_agent_step(long_input, FAIRLOCK_AGENT_INPUT_MAX + 1, output, sizeof output);
    REQUIRE(got > 0 && got < 100);
    free(long_input);
    printf("%d calls\n", calls);
    return 0;
}
