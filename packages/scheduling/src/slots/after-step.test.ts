import type { Schedule } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { scheduleOf } from '../schedule-request.ts';
import { handbook } from '../testing/test-bench.ts';
import { afterStep } from './after-step.ts';
import { decided } from './decide-slot.ts';

const now = new Date('2026-11-29T03:00:00Z');
const over = { kind: 'over', state: 'completed', message: null, run: null } as const;

/** A schedule whose slot is about to start. */
function starting() {
  const before = scheduleOf(handbook, { cron: '0 3 * * *' }, null, new Date('2026-11-28T12:00:00Z'));
  const schedule = decided(before, now);
  if (schedule === null || schedule.current === null) throw new Error('nothing is due');
  return { schedule, seen: schedule.current };
}

describe('afterStep', () => {
  test('records where the slot is', () => {
    const { schedule, seen } = starting();
    const next = afterStep(schedule, seen, { kind: 'next', step: 'running' }, now);
    expect(next?.current).toMatchObject({ step: 'running', since: now.toISOString() });
  });

  test.each<[string, (schedule: Schedule) => Schedule]>([
    ['at another step', (schedule) => ({ ...schedule, current: { ...starting().seen, step: 'verifying' } })],
    [
      'at another slot',
      (schedule) => ({ ...schedule, current: { ...starting().seen, runId: 'other' as never } }),
    ],
    ['over', (schedule) => ({ ...schedule, current: null })],
  ])('changes nothing where the slot is %s by now: what comes late does not count', (_, changed) => {
    const { schedule, seen } = starting();
    for (const result of [over, { kind: 'again', message: 'away' } as const]) {
      expect(afterStep(changed(schedule), seen, result, now)).toBeNull();
    }
  });
});
