/** The 16-bit multiply-accumulate instructions of the 4xx cores, beside dlmzb: what one gives. */
export interface MultiplyAccumulateResult {
  readonly rt: bigint;
  readonly overflow: boolean;
}

/** The operation as the mnemonic's letters say it (PPC440EP UM 3.9), with integers of any size. */
export function multiplyAccumulate(mnemonic: string, rt: bigint, ra: bigint, rb: bigint): MultiplyAccumulateResult {
  const m = /^(n?mac|mul)(c|h|l)hw(s?)(u?)$/.exec(mnemonic)!;
  const [, operation, halves, saturating, unsigned] = m as unknown as [string, string, string, string, string];
  const value = (v: bigint, bits: number) => (unsigned ? BigInt.asUintN(bits, v) : BigInt.asIntN(bits, v));
  const a = value(halves === 'h' ? ra >> 16n : ra, 16);
  const b = value(halves === 'l' ? rb : rb >> 16n, 16);
  const product = a * b;
  if (operation === 'mul') return { rt: BigInt.asUintN(32, product), overflow: false };
  const sum = value(rt, 32) + (operation === 'nmac' ? -product : product);
  const overflow = value(sum, 32) !== sum;
  if (!saturating || !overflow) return { rt: BigInt.asUintN(32, sum), overflow };
  if (unsigned) return { rt: 0xffffffffn, overflow };
  return { rt: sum < 0n ? 0x80000000n : 0x7fffffffn, overflow };
}
