import { describe, expect, it } from 'vitest';
import { createPauses } from './pauses.ts';

function at() {
  let nowMs = 1_000;
  return { pauses: createPauses(() => nowMs), pass: (ms: number) => (nowMs += ms) };
}

describe('createPauses', () => {
  it('counts a pause after the one before it has ended', () => {
    const { pauses, pass } = at();
    expect(pauses.paused('embed', 100)).toBe(true);
    pass(100);
    expect(pauses.inARow('embed')).toBe(1);
    expect(pauses.paused('embed', 100)).toBe(true);
    pass(100);
    expect(pauses.inARow('embed')).toBe(2);
  });

  it('counts jobs that ran side by side into one limit as one pause', () => {
    const { pauses, pass } = at();
    pauses.paused('embed', 100);
    pass(50);
    expect(pauses.inARow('embed')).toBe(0);
    expect(pauses.paused('embed', 100)).toBe(false);
    pass(100);
    expect(pauses.inARow('embed')).toBe(1);
  });

  it('starts again from nothing when a job succeeds, and keeps kinds apart', () => {
    const { pauses, pass } = at();
    pauses.paused('embed', 100);
    pauses.paused('index', 100);
    pass(100);
    pauses.succeeded('embed');
    expect([pauses.inARow('embed'), pauses.inARow('index'), pauses.inARow('chunk')]).toEqual([0, 1, 0]);
  });
});
