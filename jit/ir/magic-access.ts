/** Accesses to the magic page whose address is known: the registers themselves, without a look-up or a call. */
import { ATTENTION_OFFSET } from '../abi/layout.js';
import type { I32 as I32Value, I64 as I64Value, Val } from '../isa/values.js';
import type { IrBuilder } from './builder.js';
import { I32, I64, type IrType, NONE, Op } from './ir.js';
import { magicWord, type MagicPageContext } from './magic-page.js';

type Node = number;
const i32 = (n: Node) => n as Val<never> as I32Value;

/**
 * Offset in the magic page of an access, undefined for accesses whose address is not known or not in it, and for unaligned and wider
 * ones, which take the general way. Only the supervisor sees the page.
 */
export function magicOffset(e: IrBuilder, ea: Node, size: number): number | undefined {
  const { ir } = e;
  const magic = e.context.magicPage;
  if (!magic || ir.op[ea] !== Op.const) return undefined;
  const low = ir.a[ea]! >>> 0;
  if (low - (low % 0x1000) !== magic.page || (ir.type[ea] === I64 && ir.b[ea] !== magic.pageHigh)) return undefined;
  if (size > 8 || low % size !== 0 || e.context.msr.PR === undefined) return undefined;
  return e.constantOf(e.bitAsI32(e.msrBit('PR'))) === 0 ? low & 0xfff : undefined;
}

function readWord(e: IrBuilder, magic: MagicPageContext, at: number): I32Value {
  const word = magicWord(magic.registers, e.width, at);
  return word.kind === 'zero' ? e.i32(0) : i32(e.ir.push(Op.state, I32, word.offset));
}

/** @returns whether the word decides about interrupts */
function writeWord(e: IrBuilder, magic: MagicPageContext, at: number, value: I32Value): boolean {
  const { kind, offset } = magicWord(magic.registers, e.width, at);
  if (kind === 'zero' || kind === 'readOnly') return false;
  const old = () => i32(e.ir.push(Op.state, I32, offset));
  const stored = kind === 'msr' ? e.or(e.and(old(), e.i32(~magic.msrMask)), e.and(value, e.i32(magic.msrMask | 0))) : value;
  e.ir.push(Op.setState, NONE, offset, stored);
  return kind !== 'state';
}

/**
 * Loads from the page.
 * @param at offset in the page, from `magicOffset`
 * @param type of the result
 */
export function magicLoad(e: IrBuilder, at: number, size: number, signed: boolean, type: IrType): Node {
  const magic = e.context.magicPage!;
  if (size === 8) {
    const upper = e.shl(e.i64U(readWord(e, magic, at)), e.i64(0, 32));
    return e.or(upper, e.i64U(readWord(e, magic, at + 4)));
  }
  let value = readWord(e, magic, at & ~3);
  if (size < 4) {
    const left = e.shl(value, e.i32(8 * (at & 3)));
    const by = e.i32(32 - 8 * size);
    value = signed ? e.shrS(left, by) : e.shrU(left, by);
  }
  if (type === I32) return value;
  return signed ? e.i64S(value) : e.i64U(value);
}

/**
 * Stores to the page.
 * @returns whether `heedMagicStore` must follow at the end of the instruction
 */
export function magicStore(e: IrBuilder, at: number, size: number, value: Node): boolean {
  const magic = e.context.magicPage!;
  const long = e.ir.type[value] === I64;
  const low = long ? e.low32Of64(value as Val<never> as I64Value) : i32(value);
  if (size === 8) {
    const high = e.low32Of64(e.shrU(value as Val<never> as I64Value, e.i64(0, 32)));
    const first = writeWord(e, magic, at, high);
    return writeWord(e, magic, at + 4, low) || first;
  }
  if (size === 4) return writeWord(e, magic, at, low);
  const word = at & ~3;
  const shift = 32 - 8 * size - 8 * (at & 3);
  const mask = ((2 ** (8 * size) - 1) << shift) | 0;
  const kept = e.and(readWord(e, magic, word), e.i32(~mask));
  return writeWord(e, magic, word, e.or(kept, e.and(e.shl(low, e.i32(shift)), e.i32(mask))));
}

/** Behind an instruction that stored MSR or `critical`: an interrupt that waits may be deliverable now. */
export function heedMagicStore(e: IrBuilder): void {
  e.when(e.ne(e.state32(ATTENTION_OFFSET).get(), e.i32(0)), () => e.resync());
}
