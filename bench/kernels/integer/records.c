/* A synthetic mix in the spirit of systems programs: records, strings, enumerations, small functions, branches. */
#include "../kernels.h"

enum state { IDLE, READY, RUNNING, BLOCKED, STATES };

struct record {
    struct record *link;
    enum state state;
    int32_t priority;
    uint32_t used;
    char name[24];
};

enum { RECORDS = 64, ROUNDS = 200 };

static struct record records_table[RECORDS];
static int32_t history[RECORDS][STATES];

static __attribute__((noinline)) void copy_name(char *to, const char *from)
{
    while ((*to++ = *from++))
        ;
}

static __attribute__((noinline)) int compare_names(const char *left, const char *right)
{
    while (*left && *left == *right) {
        left++;
        right++;
    }
    return *left - *right;
}

static __attribute__((noinline)) enum state next_state(const struct record *record, int32_t load)
{
    switch (record->state) {
    case IDLE:
        return load > record->priority ? READY : IDLE;
    case READY:
        return RUNNING;
    case RUNNING:
        return record->used % 5 == 0 ? BLOCKED : load & 1 ? IDLE : RUNNING;
    default:
        return READY;
    }
}

static __attribute__((noinline)) void rename_record(struct record *record, uint32_t number)
{
    copy_name(record->name, "RECORD, NUMBER 000");
    record->name[15] = (char)('0' + number / 100 % 10);
    record->name[16] = (char)('0' + number / 10 % 10);
    record->name[17] = (char)('0' + number % 10);
}

static __attribute__((noinline)) int32_t schedule(struct record *first, int32_t load)
{
    int32_t sum = 0;
    for (struct record *record = first; record; record = record->link) {
        enum state next = next_state(record, load);
        history[record - records_table][next]++;
        if (next == RUNNING)
            record->used += (uint32_t)load;
        record->priority = (record->priority * 7 + load) / 3 % 100;
        record->state = next;
        sum += record->priority;
    }
    return sum;
}

uint32_t records(void)
{
    for (uint32_t index = 0; index < RECORDS; index++) {
        records_table[index] = (struct record){index + 1 < RECORDS ? &records_table[index + 1] : 0, IDLE, (int32_t)index, index, ""};
        rename_record(&records_table[index], index);
        for (int state = 0; state < STATES; state++)
            history[index][state] = 0;
    }
    uint32_t checksum = 0;
    for (int32_t round = 0; round < ROUNDS; round++) {
        checksum = checksum * 3 + (uint32_t)schedule(records_table, round % 37);
        struct record *a = &records_table[round % RECORDS], *b = &records_table[round * 13 % RECORDS];
        if (compare_names(a->name, b->name) < 0)
            rename_record(a, (uint32_t)round + 100);
        else
            checksum ^= b->used;
    }
    for (uint32_t index = 0; index < RECORDS; index++)
        for (int state = 0; state < STATES; state++)
            checksum = checksum * 17 + (uint32_t)history[index][state];
    return checksum;
}
