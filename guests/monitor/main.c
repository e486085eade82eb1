/* The monitor: banner, prompt, and the commands that need no file of their own. */
#include "../lib/arithmetic.h"
#include "../lib/book-e.h"
#include "../lib/console.h"
#include "../lib/device-tree.h"
#include "../lib/text.h"
#include "monitor.h"

uint32_t microseconds(uint64_t ticks)
{
    uint32_t kilohertz = timebase_frequency / 1000;
    return (uint32_t)divide64(ticks * 1000, kilohertz ? kilohertz : 1, 0);
}

static const char *boot_arguments(void)
{
    const char *arguments = device_tree_property("/chosen", "bootargs", 0);
    return arguments ? arguments : "";
}

static void print_cpu(void)
{
    print("CPU PVR %08x, %u MiB of memory, timebase %u.%03u MHz, now %016X\n", mfspr(SPR_PVR), memory_size >> 20,
          timebase_frequency / 1000000, timebase_frequency / 1000 % 1000, timebase());
}

static void run_info(const char *arguments)
{
    (void)arguments;
    print_cpu();
    const char *model = device_tree_property("/", "model", 0);
    print("machine      %s\n", model ? model : "(no device tree)");
    print("bootargs     %s\n", boot_arguments());
    print("hypervisor   %s\n", device_tree_has("/hypervisor") ? "present" : "absent");
    print("interrupts   %u ticks at %u Hz, %u external, %u program, %u TLB misses\n", clock_ticks, TICKS_PER_SECOND, external_interrupts,
          program_interrupts, tlb_misses);
}

static const char *skip_spaces(const char *text)
{
    while (*text == ' ')
        text++;
    return text;
}

static void run_dump(const char *arguments)
{
    uint32_t address, length = 64;
    if (!parse_number(&arguments, 16, &address)) {
        print("usage: dump ADDR [LEN] (hexadecimal)\n");
        return;
    }
    arguments = skip_spaces(arguments);
    parse_number(&arguments, 16, &length);
    address &= ~3u;
    for (uint32_t offset = 0; offset < length; offset += 16) {
        uint32_t words[4];
        unsigned count = 0;
        while (count < 4 && offset + 4 * count < length && probe_load(address + offset + 4 * count, &words[count]))
            count++;
        print("%08x:", address + offset);
        for (unsigned index = 0; index < 4; index++)
            if (index < count)
                print(" %08x", words[index]);
            else
                print("         ");
        print("  ");
        for (unsigned index = 0; index < 4 * count; index++) {
            char character = ((const char *)words)[index];
            put_character(character >= ' ' && character < 127 ? character : '.');
        }
        print("\n");
        if (count < 4 && offset + 4 * count < length) {
            print("not mapped: %08x\n", address + offset + 4 * count);
            return;
        }
    }
}

static void run_poke(const char *arguments)
{
    uint32_t address, value;
    int complete = parse_number(&arguments, 16, &address);
    arguments = skip_spaces(arguments);
    if (!complete || !parse_number(&arguments, 16, &value)) {
        print("usage: poke ADDR VALUE (hexadecimal)\n");
        return;
    }
    address &= ~3u;
    if (!probe_store(address, value)) {
        print("not mapped: %08x\n", address);
        return;
    }
    synchronize_instruction((const void *)address);
    print("%08x: %08x\n", address, value);
}

static void run_fault(const char *arguments)
{
    (void)arguments;
    uint32_t before = program_interrupts;
    __asm__ volatile(".long 0" : : : "memory");
    __asm__ volatile("twge 2,2" : : : "memory");
    print("continued after %u program interrupts: %s\n", program_interrupts - before, program_interrupts - before == 2 ? "PASS" : "FAIL");
}

static void run_tlb(const char *arguments)
{
    (void)arguments;
    print_tlb();
}

static void run_reboot(const char *arguments)
{
    (void)arguments;
    print("system reset\n");
    console_flush();
    system_reset();
}

static void run_help(const char *arguments);

static const struct command {
    const char *name, *parameters, *purpose;
    void (*run)(const char *arguments);
} commands[] = {
    {"help", "", "this list", run_help},
    {"info", "", "CPU, memory, device tree, interrupt counts", run_info},
    {"dump", "ADDR [LEN]", "show memory (hexadecimal)", run_dump},
    {"poke", "ADDR VALUE", "store a word (hexadecimal)", run_poke},
    {"bench", "[NAME]", "time benchmark kernels; 'bench list' names them", run_bench},
    {"smc", "", "self-modifying code: patch, run, check", run_smc},
    {"paravirt", "", "KVM interface: map the magic page, compare costs", run_paravirt},
    {"fault", "", "raise program interrupts and continue", run_fault},
    {"tlb", "", "show the TLB", run_tlb},
    {"reboot", "", "system reset", run_reboot},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void run_help(const char *arguments)
{
    (void)arguments;
    for (unsigned index = 0; index < COMMANDS; index++)
        print("  %9s%11s %s\n", commands[index].name, commands[index].parameters, commands[index].purpose);
}

static void run_command(const char *line)
{
    line = skip_spaces(line);
    size_t length = 0;
    while (line[length] && line[length] != ' ')
        length++;
    if (length == 0)
        return;
    for (unsigned index = 0; index < COMMANDS; index++)
        if (strlen(commands[index].name) == length && strncmp(line, commands[index].name, length) == 0) {
            commands[index].run(skip_spaces(line + length));
            return;
        }
    print("unknown command; try help\n");
}

void monitor_loop(void)
{
    char line[80];
    for (;;) {
        print("powerjit> ");
        read_line(line, sizeof line);
        run_command(line);
    }
}

void guest_main(const void *tree)
{
    install_vectors();
    console_init();
    console_carriage_returns(1);
    /* Until the tree has told the size of RAM, it must itself be in what the miss handler maps. */
    if ((uint32_t)tree >= memory_size)
        memory_size = ((uint32_t)tree | 0xfffff) + 1;
    if (device_tree_open(tree)) {
        uint32_t size = device_tree_memory();
        if (size)
            memory_size = size;
        timebase_frequency = device_tree_cell("/cpus/cpu", "timebase-frequency", timebase_frequency);
    }
    print("\nPowerjit monitor\n");
    print_cpu();
    print("Type help for commands.\n");
    interrupts_init();
    monitor_loop();
}
