import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { main } from '../../src/cli/program.js';
import { FakeHost } from '../cli/fake-host.js';
import { randomArguments, redirectWrites } from '../cli/random-arguments.js';

it('100,000 wrong command lines end in one line and status 2, or in success', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'powerjit-options-'));
  const seen = new Map<number, number>();
  try {
    await fc.assert(
      fc.asyncProperty(randomArguments, async (words) => {
        const host = new FakeHost();
        const status = await main(redirectWrites(words, join(folder, 'stats')), host);
        seen.set(status, (seen.get(status) ?? 0) + 1);
        if (status === 0) return;
        expect(status).toBe(2);
        expect(host.stderr.text).toMatch(/^powerjit: [^\n]*\n$/);
      }),
      { numRuns: 100_000 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  // Both happen often, or the words have become too wild or too tame.
  expect(Math.min(seen.get(0) ?? 0, seen.get(2) ?? 0)).toBeGreaterThan(1000);
});
