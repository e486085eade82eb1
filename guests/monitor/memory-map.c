/* The TLB as C sees it: one page that can be remapped, and the listing. */
#include "../lib/book-e.h"
#include "../lib/console.h"
#include "monitor.h"

enum { REMAPPED_ENTRY = 2 };

static void write_entry(uint32_t index, uint32_t page, uint32_t translation, uint32_t attributes)
{
    __asm__ volatile("tlbwe %1,%0,1; tlbwe %2,%0,2; tlbwe %3,%0,0; isync"
                     :
                     : "r"(index), "r"(translation), "r"(attributes), "r"(page)
                     : "memory");
}

void map_page(uint32_t physical)
{
    if (physical & 1)
        write_entry(REMAPPED_ENTRY, 0, 0, 0);
    else
        write_entry(REMAPPED_ENTRY, REMAPPED_PAGE | TLB_VALID | TLB_4K, physical, TLB_SX | TLB_SW | TLB_SR);
}

static const char *size_name(uint32_t page)
{
    static const char *const names[16] = {"1K", "4K", "16K", "64K", "256K", "1M", "?", "16M", "?", "256M", "?", "?", "?", "?", "?", "?"};
    return names[page >> 4 & 15];
}

void print_tlb(void)
{
    print(" #  EPN      size TS TID RPN       attributes\n");
    for (uint32_t index = 0; index < TLB_ENTRIES; index++) {
        uint32_t page, translation, attributes, tid;
        /* tlbre of word 0 leaves the entry's TID in MMUCR; ours must stay 0 for the miss handlers. */
        uint32_t msr = mfmsr();
        mtmsr(msr & ~MSR_EE);
        __asm__ volatile("tlbre %0,%1,0" : "=r"(page) : "r"(index) : "memory");
        tid = mfspr(SPR_MMUCR) & 0xff;
        mtspr(SPR_MMUCR, 0);
        mtmsr(msr);
        __asm__ volatile("tlbre %0,%2,1; tlbre %1,%2,2" : "=&r"(translation), "=&r"(attributes) : "r"(index));
        if (!(page & TLB_VALID))
            continue;
        print("%2u  %08x %s %d  %3u %x%08x ", index, page & 0xfffffc00, size_name(page), page & TLB_TS ? 1 : 0, tid, translation & 15,
              translation & 0xfffffc00);
        static const char letters[] = "WIMGE";
        for (int bit = 0; bit < 5; bit++)
            put_character(attributes & (0x800u >> bit) ? letters[bit] : '-');
        print(" u:");
        for (int bit = 0; bit < 3; bit++)
            put_character(attributes & (0x20u >> bit) ? "xwr"[bit] : '-');
        print(" s:");
        for (int bit = 0; bit < 3; bit++)
            put_character(attributes & (0x04u >> bit) ? "xwr"[bit] : '-');
        print("\n");
    }
    print("%u TLB misses answered since start\n", tlb_misses);
}
