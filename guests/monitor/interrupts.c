/* Book E interrupts: the tick, the UART through UIC0, and faults, which are reported and survived. */
#include "../lib/book-e.h"
#include "../lib/console.h"
#include "monitor.h"

enum { DATA_STORAGE = 2, EXTERNAL = 4, PROGRAM = 6, SYSTEM_CALL = 8, DECREMENTER = 10, DATA_TLB_ERROR = 13 };

static const char *const interrupt_names[16] = {
    "critical input", "machine check",   "data storage",        "instruction storage", "external input", "alignment",
    "program",        "FP unavailable",  "system call",         "APU unavailable",     "decrementer",    "fixed-interval timer",
    "watchdog",       "data TLB error",  "instruction TLB error", "debug",
};

volatile uint32_t clock_ticks, external_interrupts, program_interrupts;
uint32_t timebase_frequency = 400000000;

enum { RING = 256 };
static volatile char ring[RING];
static volatile uint32_t ring_head, ring_tail;

extern char probe_load_site[], probe_store_site[];

static void receive(void)
{
    while (uart_read(UART_LSR) & UART_LSR_DATA_READY) {
        char character = (char)uart_read(UART_DATA);
        if (ring_head - ring_tail < RING)
            ring[ring_head++ % RING] = character;
    }
}

static void report(const struct interrupt_frame *frame)
{
    print("\n%s interrupt at %08x: msr %08x esr %08x dear %08x lr %08x\n", interrupt_names[frame->number], frame->address, frame->msr,
          frame->esr, frame->dear, frame->lr);
}

void handle_interrupt(struct interrupt_frame *frame)
{
    switch (frame->number) {
    case EXTERNAL:
        external_interrupts++;
        receive();
        mtdcr(UIC0_SR, UIC_UART0);
        frame->msr &= ~MSR_WE;
        return;
    case DECREMENTER:
        clock_ticks++;
        mtspr(SPR_TSR, TSR_DIS);
        frame->msr &= ~MSR_WE;
        return;
    case SYSTEM_CALL:
        return;
    case PROGRAM:
        program_interrupts++;
        report(frame);
        frame->address += 4;
        return;
    case DATA_STORAGE:
    case DATA_TLB_ERROR:
        if (frame->address == (uint32_t)probe_load_site || frame->address == (uint32_t)probe_store_site) {
            frame->address += 4;
            frame->gpr[3] = 0;
            return;
        }
    }
    report(frame);
    frame->address = (uint32_t)restart_monitor;
    frame->msr = MSR_CE | MSR_EE | MSR_FP | MSR_ME;
}

void interrupts_init(void)
{
    mtdcr(UIC0_ER, 0);
    mtdcr(UIC0_CR, 0);
    mtdcr(UIC0_PR, UIC_UART0);
    mtdcr(UIC0_TR, 0);
    mtdcr(UIC0_SR, 0xffffffff);
    mtdcr(UIC0_ER, UIC_UART0);
    uart_write(UART_IER, UART_IER_RECEIVE);

    uint32_t period = timebase_frequency / TICKS_PER_SECOND;
    mtspr(SPR_DECAR, period);
    __asm__ volatile("mtdec %0" : : "r"(period));
    mtspr(SPR_TSR, 0xffffffff);
    mtspr(SPR_TCR, TCR_DIE | TCR_ARE);
    mtmsr(MSR_CE | MSR_EE | MSR_FP | MSR_ME);
}

char read_character(void)
{
    uint32_t msr = mfmsr();
    for (;;) {
        /* Looked at with interrupts off, so that none slips in between the look and the sleep. */
        mtmsr(msr & ~MSR_EE);
        if (ring_head != ring_tail)
            break;
        __asm__ volatile("sync" : : : "memory");
        mtmsr(msr | MSR_EE | MSR_WE);
    }
    char character = ring[ring_tail++ % RING];
    mtmsr(msr);
    return character;
}
