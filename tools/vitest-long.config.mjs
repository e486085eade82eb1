import { defineConfig } from 'vitest/config';
import { ROOT } from './steps/root.mjs';

/** The tests that boot systems and fuzz for minutes. */
export default defineConfig({
  root: ROOT,
  test: { include: ['test/long/**/*.test.ts'], testTimeout: 8 * 60_000, hookTimeout: 5 * 60_000, pool: 'forks', maxWorkers: 2 },
});
