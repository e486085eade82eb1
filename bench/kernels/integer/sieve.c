/* The sieve of Eratosthenes over 256 Ki bytes; returns the number of primes. */
#include "../kernels.h"

enum { LIMIT = 262144 };

static uint8_t composite[LIMIT];

uint32_t sieve(void)
{
    for (uint32_t index = 0; index < LIMIT; index++)
        composite[index] = 0;
    uint32_t primes = 0;
    for (uint32_t candidate = 2; candidate < LIMIT; candidate++) {
        if (composite[candidate])
            continue;
        primes++;
        if (candidate < 512)
            for (uint32_t multiple = candidate * candidate; multiple < LIMIT; multiple += candidate)
                composite[multiple] = 1;
    }
    return primes;
}
