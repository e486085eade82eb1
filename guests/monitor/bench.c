/* A few of the benchmark kernels, timed by the timebase, and a walk that misses the TLB on every page. */
#include "../../bench/kernels/kernels.h"
#include "../lib/arithmetic.h"
#include "../lib/book-e.h"
#include "../lib/console.h"
#include "../lib/text.h"
#include "monitor.h"

/* 128 pages through the window: twice what the TLB holds, so each access misses. 1 when at least half did (a first walk may meet pages). */
static uint32_t tlbwalk(void)
{
    uint32_t before = tlb_misses;
    for (uint32_t page = 0; page < 128; page++)
        (void)*(volatile uint32_t *)(WINDOW + page * PAGE_SIZE);
    return tlb_misses - before >= 64;
}

static const struct kernel {
    const char *name;
    uint32_t (*run)(void);
    uint32_t repetitions, checksum;
} kernels[] = {
    {"crc32", crc32, 100, 0x9f2ba2f0},
    {"fib", fib, 100, 0x00002ac2},
    {"sieve", sieve, 16, 0x000059d8},
    {"quicksort", quicksort, 20, 0x8502000d},
    {"records", records, 100, 0x46b680bb},
    {"tlbwalk", tlbwalk, 500, 1},
    {"matmul", matmul, 6, 0xca778d7c},
    {"mandel", mandel, 2, 0xa882bc73},
    {"mandelf", mandelf, 2, 0xcf4b75cd},
};

enum { KERNELS = sizeof kernels / sizeof kernels[0] };

static void time_kernel(const struct kernel *kernel)
{
    uint32_t right = 0;
    uint64_t start = timebase();
    for (uint32_t count = 0; count < kernel->repetitions; count++)
        right += kernel->run() == kernel->checksum;
    uint64_t ticks = timebase() - start;
    uint32_t each = microseconds(ticks) / kernel->repetitions;
    print("%10s%4u x %7u us  (%10U ticks)  %s\n", kernel->name, kernel->repetitions, each, ticks,
          right == kernel->repetitions ? "PASS" : "FAIL");
}

void run_bench(const char *arguments)
{
    int all = !*arguments, known = all;
    for (unsigned index = 0; index < KERNELS; index++)
        if (all || strcmp(arguments, kernels[index].name) == 0) {
            time_kernel(&kernels[index]);
            known = 1;
        }
    if (known)
        return;
    print("kernels:");
    for (unsigned index = 0; index < KERNELS; index++)
        print(" %s", kernels[index].name);
    print("\n");
}
