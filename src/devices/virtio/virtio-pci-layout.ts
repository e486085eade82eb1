/** Where a virtio function keeps its registers. */

/** The base address register of the virtio structures: a window of four parts of this many bytes. */
export const REGISTERS_BAR = 4;
export const REGISTERS_PART = 0x1000;
/** What the parts hold, as offsets in the window. */
export const REGISTERS_LAYOUT = { COMMON: 0x0000, INTERRUPT_STATUS: 0x1000, DEVICE: 0x2000, NOTIFY: 0x3000 } as const;
/** Bytes between the notification addresses of two queues. */
export const NOTIFY_MULTIPLIER = 4;

/** The base address register of the MSI-X table, its length in bytes, and where table and pending bits lie in it. */
export const MSIX_LAYOUT = { bar: 1, tableOffset: 0, pendingOffset: 0x800 } as const;
export const MSIX_WINDOW = 0x1000;
