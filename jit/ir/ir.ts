/**
 * The typed intermediate representation between definitions and Wasm: nodes in program order, kept as parallel arrays of
 * numbers. A node is named by its index; pure nodes are expressions, the others happen where they stand.
 */

/** Types of nodes. A Word is I32 or I64 by the model. */
export const I32 = 0;
export const I64 = 1;
export const F64 = 2;
export const V128 = 3;
export const NONE = 4;
/** Type of a node. */
export type IrType = 0 | 1 | 2 | 3 | 4;

/** Node operations. Comments tell operands a, b, c: `n` a node, `#` an immediate. */
export const OPERATION_NAMES = [
  'const', // #low, #high
  'field', // #from, #to (instruction bits), #flags: 1 = signed, shift << 1   [interpreter only]
  'get', // #variable
  'getAt', // #bank, n index                    register with a run-time number [interpreter only]
  'state', // #offset                           memory state; type says width
  'cia', //                                     current instruction address     [interpreter only]
  'here', // #low, #high                        address of code that is movable (see BuildContext)  [regions only]
  'add', 'sub', 'mul', 'and', 'or', 'xor', 'shl', 'shrS', 'shrU', 'rotl', // n, n
  'divS', 'divU', 'remS', 'remU', // n, n
  'clz', 'ctz', 'popcnt', 'ext8S', 'ext16S', 'ext32S', // n
  'eqz', // n
  'eq', 'ne', 'ltS', 'ltU', 'leS', 'leU', // n, n
  'wrap', 'extendS', 'extendU', // n             i64 to i32, i32 to i64
  'bitsOfF64', 'f64OfBits', // n
  'const128', // #first of four words in args, most significant first
  'simd', // n, #operation of simd.ts           vector or number to vector, vector to i32
  'simd2', // n, n vector or i32 count, #operation
  'bitselect', // n where ones, n where zeros, n mask
  'shuffle', // n, n, #first of four words in args: WebAssembly's lane numbers, four to a word, lowest first
  'lane', // n, #operation, #lane               a lane as a number
  'replaceLane', // n vector, n number, #operation | lane << 8
  'select', // n condition, n then, n otherwise
  'crTest', // #field, #bit                     one bit of a CR field, from its abstract form when known
  // From here on: nodes that happen in order.
  'set', // #variable, n
  'setAt', // #bank, n index, n value           [interpreter only]
  'setState', // #offset, n
  'compare', // #field + 8 when signed, n, n
  'compareAt', // n field, n, n                 [interpreter only]
  'load', // n ea, #size, #signed
  'store', // n ea, #size, n value
  'call', // #service, #first argument in args, #count
  'if', // n
  'else',
  'end',
  'branch', // n taken, n target, #kind
  'raise', // #exception, n syndrome (or -1)
  'resync',
  'interpret',
] as const; // prettier-ignore

/** Name of an operation. */
export type IrOp = (typeof OPERATION_NAMES)[number];
/** Operation numbers by name. */
export const Op = Object.fromEntries(OPERATION_NAMES.map((name, n) => [name, n])) as { readonly [K in IrOp]: number };
/** Operations from this number on are not pure. */
export const FIRST_EFFECT = Op.set;

/** Variables: registers that live in Wasm locals inside a region. */
export const VAR_GPR = 0;
export const VAR_LR = 32;
export const VAR_CTR = 33;
export const VAR_SO = 34;
export const VAR_OV = 35;
export const VAR_CA = 36;
export const VAR_CR = 37;
export const VAR_FPR = 48;
/** VR n, which is VSR n + 32. */
export const VAR_VR = 80;
/** Doubleword 1 of VSR n (0..31), whose doubleword 0 is FPR n. */
export const VAR_VSR_LOW = 112;
export const VARIABLES = 144;
/** Register banks with run-time numbers. */
export const BANK_GPR = 0;
export const BANK_FPR = 1;
export const BANK_CR = 2;
export const BANK_VSR = 3;

export const BRANCH_JUMP = 0;
export const BRANCH_CALL = 1;
export const BRANCH_RETURN = 2;

/** A growing list of nodes. */
export class Ir {
  readonly op: number[] = [];
  readonly type: IrType[] = [];
  readonly a: number[] = [];
  readonly b: number[] = [];
  readonly c: number[] = [];
  /** Guest instruction (index chosen by the builder's user) each node belongs to. */
  readonly origin: number[] = [];
  /** Arguments of calls, and constants that take more than one number. */
  readonly args: number[] = [];
  /** The `origin` given to new nodes. */
  currentOrigin = 0;

  get length(): number {
    return this.op.length;
  }

  push(op: number, type: IrType, a = 0, b = 0, c = 0): number {
    const n = this.op.length;
    this.op.push(op);
    this.type.push(type);
    this.a.push(a);
    this.b.push(b);
    this.c.push(c);
    this.origin.push(this.currentOrigin);
    return n;
  }
}

/** How many of a, b, c of an operation are nodes, as a bit mask (1 = a, 2 = b, 4 = c). */
export const NODE_OPERANDS: readonly number[] = OPERATION_NAMES.map((name) => {
  switch (name) {
    case 'const': case 'field': case 'get': case 'state': case 'cia': case 'here': case 'crTest': case 'const128': case 'call': case 'else': case 'end': case 'resync': case 'interpret':
      return 0;
    case 'getAt': case 'set': case 'setState':
      return 2;
    case 'clz': case 'ctz': case 'popcnt': case 'ext8S': case 'ext16S': case 'ext32S': case 'eqz': case 'wrap': case 'extendS': case 'extendU':
    case 'bitsOfF64': case 'f64OfBits': case 'simd': case 'lane': case 'load': case 'if':
      return 1;
    case 'setAt': case 'compare':
      return 6;
    case 'store':
      return 5;
    case 'raise':
      return 2;
    case 'select': case 'bitselect': case 'compareAt':
      return 7;
    default:
      return 3;
  }
}); // prettier-ignore
