import { describe, expect, it } from 'vitest';
import { fuzz } from '../fuzz/fuzz.js';
import { MODES } from '../fuzz/powerjit.js';
import { qemuVersion } from '../fuzz/qemu.js';
import { describeFinding } from '../fuzz/report.js';

describe.skipIf(qemuVersion() === undefined)('random instructions against QEMU (skipped without qemu-system-ppc)', () => {
  it('100,000 instructions leave the same states in both modes', async () => {
    const result = await fuzz({ instructions: 100_000, seed: 'long', modes: MODES, only: new Set(), mostUnexplained: 5 });
    expect(result.unexplained.map(describeFinding)).toEqual([]);
    expect(result.instructions).toBeGreaterThanOrEqual(100_000);
  });
});
