/* What the benchmark guest needs of the machine that it runs on. */
#ifndef MACHINE_H
#define MACHINE_H

#ifdef __powerpc64__
#include "../../guests/lib/pseries/papr.h"

/* An interrupt that no kernel expects hangs the guest: the host's time-out tells. */
static inline void prepare_machine(void)
{
    enable_facilities();
}
static inline void end_machine(void)
{
    power_off();
}
#else
#include "../../guests/lib/book-e.h"

void install_interrupt_entry(void);
static inline void prepare_machine(void)
{
    install_interrupt_entry();
    mtmsr(MSR_FP);
}
static inline void end_machine(void)
{
    system_reset();
}
#endif
#endif
