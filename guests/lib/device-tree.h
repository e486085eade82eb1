/* Read-only access to a flattened device tree (Devicetree Specification 0.4, chapter 5), in place. */
#ifndef DEVICE_TREE_H
#define DEVICE_TREE_H

#include <stdint.h>

/* Returns 1 when a device tree of version 16 or later starts at the address. */
int device_tree_open(const void *address);
/* 1 when the node exists; path components match node names with or without their unit address ("/cpus/cpu"). */
int device_tree_has(const char *path);
/* The value of a property, and its length in bytes; null when the node or the property is absent. */
const void *device_tree_property(const char *path, const char *name, uint32_t *length);
/* The first cell of a property, or the fallback. */
uint32_t device_tree_cell(const char *path, const char *name, uint32_t fallback);
/* The size in bytes of the first range of /memory, 0 when it is not given. */
uint32_t device_tree_memory(void);

#endif
