#include "device-tree.h"

#include "byte-order.h"
#include "text.h"

enum { BEGIN_NODE = 1, END_NODE = 2, PROPERTY = 3, NOP = 4 };

struct header {
    uint32_t magic, total_size, structure, strings, reserve_map, version, last_compatible, boot_cpu, strings_size, structure_size;
};

static const struct header *tree;

int device_tree_open(const void *address)
{
    const struct header *header = address;
    tree = header && from_big_endian(header->magic) == 0xd00dfeed && from_big_endian(header->version) >= 16 ? header : 0;
    return tree != 0;
}

/* The component of the path that names a node of the given depth (the root has depth 0); null past the last one. */
static const char *component(const char *path, int depth)
{
    while (*path == '/')
        path++;
    for (; depth > 1 && *path; depth--) {
        while (*path && *path != '/')
            path++;
        while (*path == '/')
            path++;
    }
    return *path ? path : 0;
}

static int component_matches(const char *wanted, const char *name)
{
    while (*wanted && *wanted != '/' && *wanted == *name) {
        wanted++;
        name++;
    }
    return (!*wanted || *wanted == '/') && (!*name || *name == '@');
}

/* Walks to the node and, with a name, to its property. Returns the property's value, the node's position without a name, or null. */
static const void *find(const char *path, const char *name, uint32_t *length)
{
    if (!tree)
        return 0;
    const uint32_t *at = (const uint32_t *)((const char *)tree + from_big_endian(tree->structure));
    const char *strings = (const char *)tree + from_big_endian(tree->strings);
    int depth = -1, matched = -1;
    for (;;) {
        uint32_t token = from_big_endian(*at++);
        if (token == BEGIN_NODE) {
            const char *node = (const char *)at;
            at += (strlen(node) + 4) / 4;
            depth++;
            const char *wanted = component(path, depth);
            if (depth == 0 || (matched == depth - 1 && wanted && component_matches(wanted, node)))
                matched = depth;
            if (!name && matched == depth && !component(path, depth + 1))
                return node;
        } else if (token == PROPERTY) {
            uint32_t size = from_big_endian(at[0]);
            if (name && matched == depth && !component(path, depth + 1) && strcmp(strings + from_big_endian(at[1]), name) == 0) {
                if (length)
                    *length = size;
                return at + 2;
            }
            at += 2 + (size + 3) / 4;
        } else if (token == END_NODE) {
            if (matched == depth)
                matched--;
            depth--;
        } else if (token != NOP) {
            return 0;
        }
    }
}

int device_tree_has(const char *path)
{
    return find(path, 0, 0) != 0;
}

const void *device_tree_property(const char *path, const char *name, uint32_t *length)
{
    return find(path, name, length);
}

uint32_t device_tree_cell(const char *path, const char *name, uint32_t fallback)
{
    uint32_t length;
    const uint32_t *value = find(path, name, &length);
    return value && length >= 4 ? from_big_endian(*value) : fallback;
}

uint32_t device_tree_memory(void)
{
    uint32_t length;
    const uint32_t *range = find("/memory", "reg", &length);
    uint32_t address_cells = device_tree_cell("/", "#address-cells", 2);
    uint32_t size_cells = device_tree_cell("/", "#size-cells", 1);
    if (!range || length < 4 * (address_cells + size_cells))
        return 0;
    return from_big_endian(range[address_cells + size_cells - 1]);
}
