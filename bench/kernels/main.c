/*
 * Runs the kernels one after another. Console protocol, each line ended by a line feed:
 *   W <name>                  before its warm-up, when one is asked for
 *   B <name> <repetitions>    before a kernel
 *   E <name> <checksum>       after it (8 hexadecimal digits; MISMATCH when repetitions disagree)
 *   T <name> <ticks>          the timebase ticks between the two
 *   Q                         all done; the machine ends
 * /chosen/bootargs selects: `run=crc32,fib` (default: all), `scale=2` or `scale=0.25` (repetitions, default 1), and `warm=1.5`
 * (seconds of the timebase that each kernel runs before it counts, default 0: translators have done their work then).
 */
#include "../../guests/lib/arithmetic.h"
#include "../../guests/lib/console.h"
#include "../../guests/lib/device-tree.h"
#include "../../guests/lib/text.h"
#include "kernels.h"
#include "machine.h"

struct kernel {
    const char *name;
    uint32_t (*run)(void);
    uint32_t repetitions;
};

/* Repetitions for about half a second each under qemu-system-ppc on an ordinary host. */
static const struct kernel kernels[] = {
    {"crc32", crc32, 1500},
    {"crc8", crc8, 700},
    {"list", list, 30000},
    {"list8m", list8m, 12},
    {"matrix", matrix, 900},
    {"fib", fib, 1500},
    {"quicksort", quicksort, 300},
    {"sieve", sieve, 250},
    {"hashmap", hashmap, 1400},
    {"strsearch", strsearch, 800},
    {"records", records, 1600},
    {"matmul", matmul, 90},
    {"nbody", nbody, 200},
    {"lu", lu, 150},
    {"mandel", mandel, 33},
    {"mandelf", mandelf, 21},
};

/* The value of `key=` in the kernel command line, null when it is not there. */
static const char *option(const char *arguments, const char *key)
{
    size_t length = strlen(key);
    while (*arguments) {
        while (*arguments == ' ')
            arguments++;
        if (strncmp(arguments, key, length) == 0)
            return arguments + length;
        while (*arguments && *arguments != ' ')
            arguments++;
    }
    return 0;
}

static int is_selected(const char *list, const char *name)
{
    size_t length = strlen(name);
    while (list && *list && *list != ' ') {
        if (strncmp(list, name, length) == 0 && (!list[length] || list[length] == ' ' || list[length] == ','))
            return 1;
        while (*list && *list != ' ' && *list != ',')
            list++;
        if (*list == ',')
            list++;
    }
    return list == 0;
}

/* A decimal number in thousandths; the given one when it is absent or malformed. */
static uint32_t thousandths(const char *text, uint32_t fallback)
{
    uint32_t whole = 0, value;
    if (!text || !parse_number(&text, 10, &whole))
        return fallback;
    value = whole * 1000;
    if (*text++ == '.')
        for (uint32_t unit = 100; unit && *text >= '0' && *text <= '9'; unit /= 10)
            value += unit * (uint32_t)(*text++ - '0');
    return value;
}

static void warm_up(const struct kernel *kernel, uint64_t ticks)
{
    print("W %s\n", kernel->name);
    for (uint64_t start = timebase(); timebase() - start < ticks;)
        kernel->run();
}

static void run_kernel(const struct kernel *kernel, uint32_t scale)
{
    uint32_t repetitions = (uint32_t)divide64((uint64_t)kernel->repetitions * scale, 1000, 0);
    if (repetitions == 0)
        repetitions = 1;
    print("B %s %u\n", kernel->name, repetitions);
    uint64_t start = timebase();
    uint32_t checksum = kernel->run();
    int same = 1;
    for (uint32_t count = 1; count < repetitions; count++)
        same &= kernel->run() == checksum;
    uint64_t ticks = timebase() - start;
    if (same)
        print("E %s %08x\n", kernel->name, checksum);
    else
        print("E %s MISMATCH\n", kernel->name);
    print("T %s %U\n", kernel->name, ticks);
}

#ifndef __powerpc64__
/* An interrupt no kernel expects: says where, and ends the run. */
void unexpected_interrupt(uint32_t address, uint32_t msr, uint32_t esr, uint32_t dear)
{
    print("X unexpected interrupt at %08x msr %08x esr %08x dear %08x\n", address, msr, esr, dear);
    console_flush();
    system_reset();
}
#endif

void guest_main(const void *tree)
{
    console_init();
    prepare_machine();

    const char *arguments = device_tree_open(tree) ? device_tree_property("/chosen", "bootargs", 0) : 0;
    if (!arguments)
        arguments = "";
    const char *selection = option(arguments, "run=");
    uint32_t scale = thousandths(option(arguments, "scale="), 1000);
    uint64_t kilohertz = device_tree_cell("/cpus/cpu", "timebase-frequency", 400000000) / 1000;
    uint64_t warm = kilohertz * thousandths(option(arguments, "warm="), 0);
    for (unsigned index = 0; index < sizeof kernels / sizeof kernels[0]; index++)
        if (is_selected(selection, kernels[index].name)) {
            if (warm)
                warm_up(&kernels[index], warm);
            run_kernel(&kernels[index], scale);
        }
    print("Q\n");
    console_flush();
    end_machine();
}
