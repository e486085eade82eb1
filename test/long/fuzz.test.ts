import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, MODES } from '../fuzz/architectures.js';
import { fuzz } from '../fuzz/fuzz.js';
import { describeFinding } from '../fuzz/report.js';

/** Instructions to run; each stream of ppc64 is run in both byte orders of RAM. */
const INSTRUCTIONS: Readonly<Record<string, number>> = { ppc32: 100_000, ppc64: 100_000 };

describe.each(ARCHITECTURES)('$name against QEMU', (architecture) => {
  const instructions = INSTRUCTIONS[architecture.name]!;
  it.skipIf(architecture.qemuVersion() === undefined)(`${instructions} random instructions (skipped without QEMU)`, async () => {
    const result = await fuzz({ architecture, instructions, seed: 'long', modes: MODES, only: new Set(), mostUnexplained: 5 });
    expect(result.unexplained.map((f) => describeFinding(architecture, f))).toEqual([]);
    expect(result.instructions).toBeGreaterThanOrEqual(instructions);
  });
});
