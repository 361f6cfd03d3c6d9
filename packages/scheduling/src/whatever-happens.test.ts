import { AppError, isActive } from '@winnow/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTestBench } from './testing/test-bench.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Slots of the runs that were made, as the times in their ids. */
function slotsOf(made: readonly string[]): readonly string[] {
  return made.map((runId) => runId.slice(0, 15));
}

describe('whatever happens', () => {
  type Event =
    | { readonly kind: 'pass'; readonly ms: number }
    | { readonly kind: 'jump'; readonly ms: number }
    | { readonly kind: 'look'; readonly by: readonly number[] }
    | { readonly kind: 'restart'; readonly which: number }
    | { readonly kind: 'die'; readonly after: number; readonly by: readonly number[] }
    | { readonly kind: 'end'; readonly state: 'completed' | 'failed' };
  const anyProcesses = fc.constantFrom([0], [1], [0, 1]);
  const event: fc.Arbitrary<Event> = fc.oneof(
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: second, max: 40 * minute }) }),
    fc.record({
      kind: fc.constant('jump' as const),
      ms: fc.integer({ min: -10 * minute, max: 10 * minute }),
    }),
    fc.record({
      kind: fc.constant('jump' as const),
      ms: fc.constantFrom(-3 * hour, 3 * hour, 50 * hour, -50 * hour),
    }),
    fc.record({ kind: fc.constant('look' as const), by: anyProcesses }),
    fc.record({ kind: fc.constant('look' as const), by: anyProcesses }),
    fc.record({ kind: fc.constant('restart' as const), which: fc.constantFrom(0, 1) }),
    fc.record({ kind: fc.constant('die' as const), after: fc.integer({ min: 1, max: 9 }), by: anyProcesses }),
    fc.record({
      kind: fc.constant('end' as const),
      state: fc.constantFrom('completed' as const, 'failed' as const),
    }),
  );

  test('to clocks and processes: a slot has one run at most, a corpus one run at a time, and slots go on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 60 }), fc.boolean(), async (events, reindexes) => {
        const bench = createTestBench('2026-03-28T20:00:00Z');
        await bench.set({
          cron: '30 * * * *',
          tz: 'Europe/Berlin',
          ...(reindexes && { reindex: true, promoteIfVerified: true, evaluate: true }),
        });
        const processes = [bench.boot(), bench.boot()];
        const look = async (which: readonly number[]) => {
          await Promise.all(which.map((index) => processes[index]?.look().catch(() => {})));
          await Promise.all(processes.map((each) => each.settled()));
          expect([...bench.runs.values()].filter(isActive).length).toBeLessThanOrEqual(1);
        };
        for (const each of events) {
          if (each.kind === 'pass' || each.kind === 'jump') bench.now += each.ms;
          if (each.kind === 'look') await look(each.by);
          if (each.kind === 'restart') processes[each.which] = bench.boot();
          if (each.kind === 'end') bench.end(each.state);
          if (each.kind === 'die') {
            let left = each.after;
            bench.onCall = () => {
              if (--left <= 0) throw new AppError('canceled', 'killed');
            };
            await look(each.by);
            bench.onCall = () => {};
            for (const index of each.by) processes[index] = bench.boot();
          }
        }
        expect(new Set(slotsOf(bench.made)).size).toBe(bench.made.length);
        for (const slot of slotsOf(bench.made)) expect(slot.slice(11)).toBe('3000');

        // Left in peace it goes on: what is under way comes to an end, and each slot from then on has its run.
        for (let index = 0; index < 4; index++) {
          bench.end();
          bench.now += 2 * hour;
          await look([0]);
        }
        bench.end();
        await look([0]);
        const before = bench.made.length;
        bench.now = Date.parse((await bench.schedule()).nextRunAt);
        await look([0]);
        expect(bench.made.length).toBe(before + 1);
      }),
      { numRuns: 300 },
    );
  });
});
