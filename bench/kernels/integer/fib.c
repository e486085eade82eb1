/* Doubly recursive Fibonacci numbers: calls, returns and stack traffic. */
#include "../kernels.h"

static __attribute__((noinline, noclone, optimize("no-optimize-sibling-calls"))) uint32_t fibonacci(uint32_t n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

uint32_t fib(void)
{
    return fibonacci(21);
}
