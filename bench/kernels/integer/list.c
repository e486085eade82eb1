/* A linked list in random order, chased to its end: 64 KiB (fits a cache) and 8 MiB (fits none, and no small TLB). */
#include "../kernels.h"

struct node {
    struct node *next;
    uint32_t value;
    uint32_t padding[6];
};

enum { SMALL = 2048, LARGE = 262144 };

static struct node small_nodes[SMALL];
static struct node *small_first, *large_first;

/* Links all nodes into one cycle through a random permutation (Sattolo's algorithm on the links themselves). */
static struct node *link_nodes(struct node *nodes, uint32_t count)
{
    uint32_t seed = 12345;
    for (uint32_t index = 0; index < count; index++) {
        nodes[index].next = &nodes[index];
        nodes[index].value = next_random(&seed);
    }
    for (uint32_t index = count - 1; index > 0; index--) {
        uint32_t other = next_random(&seed) % index;
        struct node *swap = nodes[index].next;
        nodes[index].next = nodes[other].next;
        nodes[other].next = swap;
    }
    return nodes;
}

static uint32_t chase(const struct node *first)
{
    uint32_t sum = 0;
    const struct node *node = first;
    do {
        sum = (sum << 1 | sum >> 31) ^ node->value;
        node = node->next;
    } while (node != first);
    return sum;
}

uint32_t list(void)
{
    if (!small_first)
        small_first = link_nodes(small_nodes, SMALL);
    return chase(small_first);
}

uint32_t list8m(void)
{
    if (!large_first)
        large_first = link_nodes((struct node *)LARGE_DATA, LARGE);
    return chase(large_first);
}
