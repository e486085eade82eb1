/*
 * What guests for pseries need of the machine: hypercalls, RTAS, the facilities of the MSR, the timebase.
 * Source: PAPR, chapters 7 (RTAS) and 14 (hypervisor calls); Power ISA 2.07 Book III-S 4.2.1.
 */
#ifndef PAPR_H
#define PAPR_H

#include <stdint.h>

enum { H_PUT_TERM_CHAR = 0x58, H_RTAS = 0xf000 };
enum { H_BUSY = 1 };
/* The console that a hypervisor takes for unit address 0. */
enum { DEFAULT_TERMINAL = 0 };

#define MSR_VEC 0x02000000UL
#define MSR_VSX 0x00800000UL
#define MSR_FP 0x00002000UL

/* A hypercall with up to four arguments; returns its status. */
static inline int64_t hypercall(uint64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    register uint64_t r3 __asm__("r3") = number;
    register uint64_t r4 __asm__("r4") = a;
    register uint64_t r5 __asm__("r5") = b;
    register uint64_t r6 __asm__("r6") = c;
    register uint64_t r7 __asm__("r7") = d;
    __asm__ volatile("sc 1"
                     : "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7)
                     :
                     : "r0", "r8", "r9", "r10", "r11", "r12", "cr0", "cr1", "cr5", "cr6", "cr7", "ctr", "xer", "memory");
    return (int64_t)r3;
}

static inline uint64_t timebase(void)
{
    uint64_t value;
    __asm__ volatile("mfspr %0,268" : "=r"(value));
    return value;
}

/* Floating point, VMX and VSX may be used from now on. */
static inline void enable_facilities(void)
{
    uint64_t msr;
    __asm__ volatile("mfmsr %0" : "=r"(msr));
    __asm__ volatile("mtmsrd %0; isync" : : "r"(msr | MSR_FP | MSR_VEC | MSR_VSX) : "memory");
}

/* Switches the machine off; RTAS's token for that is in the device tree. */
void power_off(void) __attribute__((noreturn));

#endif
