/* Self-modifying code: each case patches instructions, runs them often enough to be recompiled, and checks every result. */
#include "../lib/book-e.h"
#include "../lib/console.h"
#include "../lib/text.h"
#include "monitor.h"

enum { ROUNDS = 48, CALLS = 40 };

#define LI_R3(value) (0x38600000u | ((value) & 0xffffu))
#define ADDI_R3(value) (0x38630000u | ((value) & 0xffffu))
#define BLR 0x4e800020u

typedef uint32_t code(void);

uint32_t smc_same_page(uint32_t instruction);
uint32_t smc_ahead(uint32_t instruction);
uint32_t smc_loop(uint32_t count);
uint32_t smc_neighbour(uint32_t count);
uint32_t smc_target(void);

static uint32_t buffer[PAGE_SIZE / 4] __attribute__((aligned(PAGE_SIZE)));
static uint32_t other_buffer[PAGE_SIZE / 4] __attribute__((aligned(PAGE_SIZE)));

/* The value that a round expects: no two rounds that follow each other agree. */
static uint32_t value_of(uint32_t round)
{
    return (round * 257 + 11) & 0x7fff;
}

static void store_instruction(uint32_t address, uint32_t instruction)
{
    *(volatile uint32_t *)address = instruction;
    synchronize_instruction((const void *)address);
}

/* Calls the code CALLS times; 1 when every call returned the value. */
static int returns(uint32_t address, uint32_t value)
{
    uint32_t right = 0;
    for (int call = 0; call < CALLS; call++)
        right += ((code *)address)() == value;
    return right == CALLS;
}

static int same_page(void)
{
    int right = 1;
    for (uint32_t round = 0; round < ROUNDS; round++)
        for (int call = 0; call < CALLS; call++)
            right &= smc_same_page(LI_R3(value_of(round))) == value_of(round);
    return right;
}

static int cross_page(void)
{
    int right = 1;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        store_instruction((uint32_t)smc_target, LI_R3(value_of(round)));
        right &= returns((uint32_t)smc_target, value_of(round));
    }
    return right;
}

static int patched_ahead(void)
{
    int right = 1;
    for (uint32_t round = 0; round < ROUNDS * CALLS; round++)
        right &= smc_ahead(LI_R3(value_of(round / 3))) == value_of(round / 3) + 2;
    return right;
}

static int patched_in_loop(void)
{
    return smc_loop(1000) == 500500 && smc_loop(2000) == 2001000;
}

static int written_buffer(void)
{
    int right = 1;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t length = 1 + round * 7 % 100, sum = 0;
        buffer[0] = LI_R3(0);
        for (uint32_t index = 1; index <= length; index++) {
            buffer[index] = ADDI_R3(round + index);
            sum += round + index;
        }
        buffer[length + 1] = BLR;
        for (uint32_t index = 0; index <= length + 1; index++)
            synchronize_instruction(&buffer[index]);
        right &= returns((uint32_t)buffer, sum);
    }
    return right;
}

static int aliased_pages(void)
{
    int right = 1;
    uint32_t direct = (uint32_t)buffer, alias = WINDOW + direct;
    store_instruction(direct + 4, BLR);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        store_instruction(alias, LI_R3(value_of(round)));
        synchronize_instruction((const void *)direct);
        right &= returns(direct, value_of(round)) && returns(alias, value_of(round));
        store_instruction(direct, LI_R3(value_of(round) + 1));
        synchronize_instruction((const void *)alias);
        right &= returns(alias, value_of(round) + 1) && returns(direct, value_of(round) + 1);
    }
    return right;
}

static int remapped_page(void)
{
    int right = 1;
    store_instruction((uint32_t)buffer, LI_R3(1));
    store_instruction((uint32_t)&buffer[1], BLR);
    store_instruction((uint32_t)other_buffer, LI_R3(2));
    store_instruction((uint32_t)&other_buffer[1], BLR);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        map_page((uint32_t)buffer);
        right &= returns(REMAPPED_PAGE, 1);
        map_page((uint32_t)other_buffer);
        right &= returns(REMAPPED_PAGE, 2);
    }
    map_page(1);
    return right;
}

static int data_beside_code(void)
{
    return smc_neighbour(1000) == 1501500 && smc_neighbour(2000) == 6003000;
}

static const struct {
    const char *name;
    int (*run)(void);
} cases[] = {
    {"same page", same_page},
    {"cross page", cross_page},
    {"patched ahead in the block", patched_ahead},
    {"patched in its own loop", patched_in_loop},
    {"just-written buffer", written_buffer},
    {"aliased pages", aliased_pages},
    {"remapped page", remapped_page},
    {"data beside code", data_beside_code},
};

void run_smc(const char *arguments)
{
    (void)arguments;
    uint32_t passed = 0, count = sizeof cases / sizeof cases[0];
    for (uint32_t index = 0; index < count; index++) {
        int right = cases[index].run();
        passed += (uint32_t)right;
        print("smc %27s %s\n", cases[index].name, right ? "PASS" : "FAIL");
    }
    print("smc: %u of %u passed\n", passed, count);
}
