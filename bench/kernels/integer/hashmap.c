/* An open-addressing hash map with linear probing: insert, look up, delete with back-shift; 16,384 slots. */
#include "../kernels.h"

enum { SLOTS = 16384, KEYS = 10000 };

struct slot {
    uint32_t key, value;
};

static struct slot slots[SLOTS];

static uint32_t home_of(uint32_t key)
{
    return key * 0x9e3779b1u >> 18;
}

static __attribute__((noinline)) struct slot *find_slot(uint32_t key)
{
    uint32_t at = home_of(key);
    while (slots[at].key && slots[at].key != key)
        at = (at + 1) % SLOTS;
    return &slots[at];
}

static void delete_key(uint32_t key)
{
    struct slot *slot = find_slot(key);
    if (!slot->key)
        return;
    uint32_t hole = (uint32_t)(slot - slots);
    for (uint32_t at = (hole + 1) % SLOTS; slots[at].key; at = (at + 1) % SLOTS) {
        uint32_t distance = (at - home_of(slots[at].key)) % SLOTS;
        if (distance >= (at - hole) % SLOTS) {
            slots[hole] = slots[at];
            hole = at;
        }
    }
    slots[hole].key = 0;
}

uint32_t hashmap(void)
{
    for (int index = 0; index < SLOTS; index++)
        slots[index].key = 0;
    uint32_t seed = 31415, checksum = 0;
    for (uint32_t count = 0; count < KEYS; count++) {
        uint32_t key = next_random(&seed) >> 16 | 0x10000;
        struct slot *slot = find_slot(key);
        if (!slot->key)
            *slot = (struct slot){key, count};
        else
            slot->value += count;
    }
    seed = 31415;
    for (uint32_t count = 0; count < KEYS; count++) {
        uint32_t key = next_random(&seed) >> 16 | 0x10000;
        checksum = checksum * 5 + find_slot(key)->value;
        if (count % 3 == 0)
            delete_key(key);
    }
    return checksum;
}
