/* What the monitor's parts know of each other. */
#ifndef MONITOR_H
#define MONITOR_H

#include <stdint.h>

/* Interrupt frame, laid out as vectors.S stores it. */
struct interrupt_frame {
    uint32_t header[4];
    uint32_t gpr[32];
    uint32_t address, msr, cr, lr, ctr, xer, esr, dear, number;
};

/* Second view of RAM, mapped by 4 KiB pages on demand: WINDOW + p shows physical address p. */
#define WINDOW 0xc0000000
/* A page that only map_page() maps. */
#define REMAPPED_PAGE 0xd0000000
#define PAGE_SIZE 4096

/* Decrementer interrupts a second. */
#define TICKS_PER_SECOND 100

extern uint32_t memory_size;
/* Misses that vectors.S answered by itself. */
extern volatile uint32_t tlb_misses;
extern volatile uint32_t clock_ticks, external_interrupts, program_interrupts;
/* Ticks of the timebase a second, from the device tree. */
extern uint32_t timebase_frequency;

void install_vectors(void);
void restart_monitor(void) __attribute__((noreturn));
void monitor_loop(void) __attribute__((noreturn));
int probe_load(uint32_t address, uint32_t *value);
int probe_store(uint32_t address, uint32_t value);

/* Starts the decrementer's tick and the UART's receive interrupt, and enables interrupts. */
void interrupts_init(void);
/* The next character typed, sleeping until there is one. */
char read_character(void);
/* Reads one edited line, without its end; longer input than the buffer is refused with a bell. */
void read_line(char *line, unsigned size);

/* Maps REMAPPED_PAGE to a physical page, or unmaps it with physical = 1. */
void map_page(uint32_t physical);
void print_tlb(void);
/* A span of timebase ticks as microseconds. */
uint32_t microseconds(uint64_t ticks);

/* Commands; the argument is the rest of the line. */
void run_bench(const char *arguments);
void run_smc(const char *arguments);
void run_paravirt(const char *arguments);

#endif
