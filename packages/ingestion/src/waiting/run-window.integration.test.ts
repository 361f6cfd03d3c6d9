import type { RunWindow } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { missingJobs } from '../healing/missing-jobs.ts';
import { reconcile } from '../healing/reconcile.ts';
import type { IngestPorts } from '../ports.ts';
import { resumeRun } from '../runs/pause-run.ts';
import { startRun } from '../runs/start-run.ts';
import { type LocalBench, openLocalBench, textOf } from '../testing/local-bench.ts';

const night: RunWindow = { from: '22:00', to: '06:00', timeZone: 'Asia/Shanghai' };

let bench: LocalBench;
beforeEach(async () => {
  bench = await openLocalBench(24);
});
afterEach(() => bench.close());

/** A clock that shows a time there when it is made, and goes on. */
function clockFrom(shanghai: string): (ports: IngestPorts) => IngestPorts {
  const ahead = Date.parse(`${shanghai}+08:00`) - Date.now();
  return (ports) => ({ ...ports, now: () => new Date(Date.now() + ahead) });
}

describe('a run with hours of its own', () => {
  it('waits outside of them, says until when, and is put back when they come', async () => {
    const clock = clockFrom('2026-11-28T21:59:58');
    const process = await bench.boot(clock);
    const { run } = await startRun(process.ports, bench.corpus.name, { window: night });
    const held = await bench.untilRun(run.runId, ({ waiting }) => waiting !== null);
    expect(held.waiting).toMatchObject({
      reason: 'window',
      nextLookAt: expect.stringMatching(/^2026-11-28T14:00:0/),
      message: expect.stringContaining('goes on at 2026-11-28T14:00:00.000Z'),
    });
    expect(bench.embedded).toEqual([]);
    await vi.waitFor(async () => expect(await process.ports.queue.unfinished()).toEqual([]));
    const ports = clock(process.ports);
    expect(await missingJobs(ports, held, [])).toEqual([]);
    await vi.waitFor(
      async () => {
        const look = await reconcile(ports, new Set());
        expect((await reconcile(ports, look.suspects)).putBack).not.toEqual([]);
      },
      { timeout: 5_000 },
    );
    const report = await process.untilEnded(run.runId);
    expect(report).toMatchObject({ state: 'completed', documents: { new: 24, failed: 0 }, waiting: null });
    expect(report.waited).toMatchObject([{ reason: 'window' }]);
  });

  it('stops soon after they are over, in the middle of its work, and costs no document an attempt', async () => {
    // Each bundle is several calls of the model.
    for (const id of bench.documents.keys()) {
      bench.documents.set(id, Array.from({ length: 40 }, (_, part) => textOf(part)).join('\n\n'));
    }
    bench.onCall = () => new Promise((resolve) => setTimeout(resolve, 1_000));
    const process = await bench.boot(clockFrom('2026-11-28T05:59:58'));
    const { run } = await startRun(process.ports, bench.corpus.name, { window: night });
    const held = await bench.untilRun(run.runId, ({ waiting }) => waiting?.reason === 'window');
    expect(held.waiting?.message).toContain('goes on at 2026-11-28T14:00:00.000Z');
    const closedAt = Date.parse('2026-11-28T06:00:00+08:00');
    expect(Date.parse(held.waiting?.since ?? '') - closedAt).toBeLessThan(4_000);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const before = bench.embedded.length;
    expect((await bench.found()).length).toBeLessThan(24);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(bench.embedded.length).toBe(before);
    for (const id of bench.documents.keys())
      expect((await bench.entry(id))?.attempts ?? 0).toBeLessThanOrEqual(1);
  });

  it('that is resumed by hand goes on at once, without regard to them', async () => {
    const process = await bench.boot(clockFrom('2026-11-28T12:00:00'));
    const { run } = await startRun(process.ports, bench.corpus.name, { window: night });
    await bench.untilRun(run.runId, ({ waiting }) => waiting !== null);
    await vi.waitFor(async () => expect(await process.ports.queue.unfinished()).toEqual([]));
    await resumeRun(process.ports, run.runId);
    expect(await process.untilEnded(run.runId)).toMatchObject({ state: 'completed', documents: { new: 24 } });
  });

  it('goes by the clock as it now is, and not as it was when the run began to wait', async () => {
    const process = await bench.boot(clockFrom('2026-11-28T12:00:00'));
    const { run } = await startRun(process.ports, bench.corpus.name, { window: night });
    const held = await bench.untilRun(run.runId, ({ waiting }) => waiting !== null);
    const at = (time: string) => ({ ...process.ports, now: () => new Date(time) });
    // The clock was ahead: it is the night before, and the wait that was noted lasts for a day.
    expect(await missingJobs(at('2026-11-28T02:00:00+08:00'), held, [])).toHaveLength(1);
    // It was behind: the night is over, and so is the wait that was noted.
    expect(await missingJobs(at('2026-11-29T12:00:00+08:00'), held, [])).toEqual([]);
  });

  it('works within them as any other', async () => {
    const process = await bench.boot(clockFrom('2026-11-28T23:00:00'));
    const report = await process.ingest({ window: night });
    expect(report).toMatchObject({ state: 'completed', documents: { new: 24 }, waited: [] });
  });
});
