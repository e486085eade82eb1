import { expect, it } from 'vitest';
import { fuzzLoaders } from '../support/loader-fuzz.js';

it('100,000 damaged ELF, uImage, gzip and device tree files end in success or a one-line ConfigError', () => {
  const outcomes = fuzzLoaders(100_000, 20260702);
  expect(outcomes.flatMap(({ failures }) => failures)).toEqual([]);
  expect(outcomes.length).toBe(4);
  for (const { accepted, refused } of outcomes) {
    expect(accepted).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(2000);
  }
});
