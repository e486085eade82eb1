import { expect, it } from 'vitest';
import { fuzzLoaders } from '../support/loader-fuzz.js';

it('answers 4,000 damaged files with success or a one-line ConfigError', () => {
  const outcomes = fuzzLoaders(4000, 20260101);
  expect(outcomes.flatMap(({ failures }) => failures)).toEqual([]);
  for (const { accepted, refused } of outcomes) {
    expect(accepted).toBeGreaterThan(10);
    expect(refused).toBeGreaterThan(100);
  }
});
