/*
 * The benchmark kernels. Each function is one repetition: it does the same work every time and returns the same
 * checksum, so that a result can be compared whatever the number of repetitions.
 */
#ifndef KERNELS_H
#define KERNELS_H

#include <stdint.h>

uint32_t crc32(void);
uint32_t crc8(void);
uint32_t list(void);
uint32_t list8m(void);
uint32_t matrix(void);
uint32_t fib(void);
uint32_t quicksort(void);
uint32_t sieve(void);
uint32_t hashmap(void);
uint32_t strsearch(void);
uint32_t records(void);
uint32_t matmul(void);
uint32_t nbody(void);
uint32_t lu(void);
uint32_t mandel(void);
uint32_t mandelf(void);

/* Where kernels with large data put it: RAM above everything a loader places. Needs 64 MiB of RAM. */
#define LARGE_DATA 0x02000000

/* Marsaglia's 32-bit xorshift generator (shifts 13, 17, 5). The state must not be 0. */
static inline uint32_t next_random(uint32_t *state)
{
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

/* Both halves of a double folded into one word. */
static inline uint32_t fold_double(double value)
{
    union {
        double value;
        uint32_t words[2];
    } bits = {value};
    return bits.words[0] ^ bits.words[1];
}

#endif
