/* The KVM paravirtual interface: discovery, hypercalls, the magic page, and what its loads and stores save. */
#include "../lib/arithmetic.h"
#include "../lib/book-e.h"
#include "../lib/console.h"
#include "../lib/device-tree.h"
#include "../lib/text.h"
#include "monitor.h"

enum { REPETITIONS = 100000, HYPERCALL_WORDS = 4 };

#define KVM_VENDOR (42u << 16)
#define HC_FEATURES (KVM_VENDOR | 3)
#define HC_MAP_MAGIC_PAGE (KVM_VENDOR | 4)
#define MAGIC_PAGE 0xfffff000u

typedef void loop(uint32_t count);
loop loop_empty, loop_mfmsr, loop_mtsprg, loop_wrteei, page_mfmsr, page_mtsprg, page_wrteei;

static uint32_t hypercall_code[HYPERCALL_WORDS + 1] __attribute__((aligned(32)));

/* Returns the return code (0 = success); *output is the first output. */
static int32_t hypercall(uint32_t number, uint32_t first, uint32_t second, uint32_t *output)
{
    register uint32_t r3 __asm__("r3") = first;
    register uint32_t r4 __asm__("r4") = second;
    register uint32_t r11 __asm__("r11") = number;
    __asm__ volatile("mtctr %3; bctrl"
                     : "+r"(r3), "+r"(r4), "+r"(r11)
                     : "r"(hypercall_code)
                     : "r0", "r5", "r6", "r7", "r8", "r9", "r10", "r12", "cr0", "ctr", "lr", "memory");
    *output = r4;
    return (int32_t)r3;
}

/* Hundredths of a timebase tick for one turn of the loop. */
static uint32_t cost(loop *measured)
{
    uint64_t start = timebase();
    measured(REPETITIONS);
    return (uint32_t)divide64((timebase() - start) * 100, REPETITIONS, 0);
}

static void print_cost(uint32_t hundredths)
{
    print(" %6u.%02u", hundredths / 100, hundredths % 100);
}

static void compare(int mapped)
{
    static const struct {
        const char *name;
        loop *instruction, *page;
    } rows[] = {
        {"mfmsr", loop_mfmsr, page_mfmsr},
        {"mtsprg", loop_mtsprg, page_mtsprg},
        {"wrteei 0 + 1", loop_wrteei, page_wrteei},
        {"(empty loop)", loop_empty, loop_empty},
    };
    print("ticks each, %u times:  instruction%s\n", REPETITIONS, mapped ? "  magic page" : "");
    for (unsigned index = 0; index < sizeof rows / sizeof rows[0]; index++) {
        print("  %24s", rows[index].name);
        print_cost(cost(rows[index].instruction));
        if (mapped) {
            print("  ");
            print_cost(cost(rows[index].page));
        }
        print("\n");
    }
}

static volatile uint32_t *field(uint32_t offset)
{
    return (volatile uint32_t *)(MAGIC_PAGE + offset);
}

/* The page's fields are the registers: what one way writes the other reads. */
static int fields_are_live(void)
{
    uint32_t value;
    *field(60) = 0x12345678;
    __asm__ volatile("mfsprg %0,3" : "=r"(value) : : "memory");
    if (value != 0x12345678)
        return 0;
    __asm__ volatile("mtsprg 3,%0" : : "r"(0x9abcdef0u) : "memory");
    return *field(60) == 0x9abcdef0 && *field(92) == mfmsr();
}

/* Interrupts that wait while the page's MSR[EE] is 0 are seen through int_pending and taken. */
static int interrupts_arrive(void)
{
    uint32_t before = clock_ticks;
    uint64_t start = timebase();
    while (clock_ticks - before < 3 && timebase() - start < timebase_frequency)
        page_wrteei(1000);
    return clock_ticks - before >= 3;
}

void run_paravirt(const char *arguments)
{
    (void)arguments;
    uint32_t length = 0;
    const uint32_t *words = device_tree_property("/hypervisor", "hcall-instructions", &length);
    if (!words || length == 0 || length > 4 * HYPERCALL_WORDS) {
        print("paravirt: %s\n",
              device_tree_has("/hypervisor") ? "/hypervisor gives no hcall-instructions" : "no /hypervisor node: not offered");
        compare(0);
        return;
    }
    memcpy(hypercall_code, words, length);
    hypercall_code[length / 4] = 0x4e800020;
    print("paravirt: /hypervisor present, hcall-instructions");
    for (uint32_t index = 0; index <= length / 4; index++) {
        synchronize_instruction(&hypercall_code[index]);
        if (index < length / 4)
            print(" %08x", hypercall_code[index]);
    }
    uint32_t features = 0, ignored;
    int32_t result = hypercall(HC_FEATURES, 0, 0, &features);
    print("\nfeatures %08x (result %d), unknown call gives %d\n", features, result, hypercall(KVM_VENDOR | 0xfff, 0, 0, &ignored));
    result = hypercall(HC_MAP_MAGIC_PAGE, MAGIC_PAGE, MAGIC_PAGE, &features);
    print("magic page at %08x: result %d, page features %08x\n", MAGIC_PAGE, result, features);
    if (result != 0) {
        compare(0);
        return;
    }
    print("live fields %s\n", fields_are_live() ? "PASS" : "FAIL");
    compare(1);
    print("interrupts through int_pending %s\n", interrupts_arrive() ? "PASS" : "FAIL");
}
