/** Numbers of hypercalls, in r3 at `sc 1` (Power Architecture Platform Requirements, table of hcall() tokens). Those of the HPT are with its calls. */
export const H_GET_TCE = 0x1c;
export const H_PUT_TCE = 0x20;
export const H_SET_SPRG0 = 0x24;
export const H_SET_DABR = 0x28;
export const H_PAGE_INIT = 0x2c;
export const H_LOGICAL_CI_LOAD = 0x3c;
export const H_LOGICAL_CI_STORE = 0x40;
export const H_LOGICAL_CACHE_LOAD = 0x44;
export const H_LOGICAL_CACHE_STORE = 0x48;
export const H_LOGICAL_ICBI = 0x4c;
export const H_LOGICAL_DCBF = 0x50;
export const H_GET_TERM_CHAR = 0x54;
export const H_PUT_TERM_CHAR = 0x58;
export const H_EOI = 0x64;
export const H_CPPR = 0x68;
export const H_IPI = 0x6c;
export const H_IPOLL = 0x70;
export const H_XIRR = 0x74;
export const H_REGISTER_VPA = 0xdc;
export const H_CEDE = 0xe0;
export const H_CONFER = 0xe4;
export const H_PROD = 0xe8;
export const H_VIO_SIGNAL = 0x104;
export const H_SET_XDABR = 0x134;
export const H_STUFF_TCE = 0x138;
export const H_PUT_TCE_INDIRECT = 0x13c;
export const H_GET_CPU_CHARACTERISTICS = 0x1c8;
export const H_XIRR_X = 0x2fc;
export const H_RANDOM = 0x300;
export const H_SET_MODE = 0x31c;
export const H_SIGNAL_SYS_RESET = 0x380;

/** Numbers that hypervisors other than PowerVM define: what the RTAS stub executes, and what firmware needs. */
export const H_RTAS = 0xf000;
export const H_LOGICAL_MEMOP = 0xf001;
export const H_CLIENT_ARCHITECTURE_SUPPORT = 0xf002;
export const H_UPDATE_DEVICE_TREE = 0xf003;
