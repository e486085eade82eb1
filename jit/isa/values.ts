declare const type: unique symbol;

/**
 * A guest value under construction: at run time the number of an IR node. `T` is phantom and keeps a Bit out of a
 * Word's place.
 */
export type Val<T extends string> = number & { readonly [type]: T };

/** As wide as a GPR of the CPU model being compiled: i32 or i64. */
export type Word = Val<'word'>;
/** Always 32 bits. */
export type I32 = Val<'i32'>;
/** Always 64 bits. */
export type I64 = Val<'i64'>;
/** 0 or 1. */
export type Bit = Val<'bit'>;
/** An effective address: a Word already cut to 32 bits where MSR[SF] = 0 says so. */
export type EA = Val<'ea'>;
/** A floating-point register's content, bit-exact (signalling NaNs stay). */
export type F64 = Val<'f64'>;
/** 128 bits, for VMX and VSX. */
export type V128 = Val<'v128'>;

/** What integer arithmetic works on: both operands of the same kind. */
export type Int = Word | I32 | I64;

/** An architected register: reading and writing are told apart from computing. */
export interface Source<T> {
  get(): T;
}
export interface Target<T> {
  set(v: T): void;
}
export interface Cell<T> extends Source<T>, Target<T> {}
