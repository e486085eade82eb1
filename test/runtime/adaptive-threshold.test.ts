import { describe, expect, it } from 'vitest';
import { AdaptiveThreshold } from '../../runtime/adaptive-threshold.js';

const MOST = 8191;

describe('the adaptive threshold', () => {
  it('is high while translating is slow, and falls with what it costs', () => {
    const threshold = new AdaptiveThreshold(MOST);
    expect(threshold.executions).toBe(8000);
    for (let k = 0; k < 100; k++) threshold.note(1000, 10);
    expect(threshold.executions).toBeCloseTo(2000, -2);
    for (let k = 0; k < 100; k++) threshold.note(1000, 20);
    expect(threshold.executions).toBeCloseTo(4000, -2);
  });

  it('stays within what can be counted and what has been executed enough to be known', () => {
    const threshold = new AdaptiveThreshold(MOST);
    threshold.note(0, 100);
    expect(threshold.executions).toBe(8000);
    threshold.note(1e6, 1e6);
    expect(threshold.executions).toBe(MOST);
    threshold.note(1e9, 1);
    expect(threshold.executions).toBe(500);
  });
});
