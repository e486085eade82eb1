import { describe, expect, it } from 'vitest';
import { ARCHITECTURES, MODES } from '../fuzz/architectures.js';
import { fuzz } from '../fuzz/fuzz.js';
import { describeFinding } from '../fuzz/report.js';

describe.each(ARCHITECTURES)('$name against QEMU', (architecture) => {
  it.skipIf(architecture.qemuVersion() === undefined)('100,000 random instructions (skipped without QEMU)', async () => {
    const result = await fuzz({ architecture, instructions: 100_000, seed: 'long', modes: MODES, only: new Set(), mostUnexplained: 5 });
    expect(result.unexplained.map((f) => describeFinding(architecture, f))).toEqual([]);
    expect(result.instructions).toBeGreaterThanOrEqual(100_000);
  });
});
