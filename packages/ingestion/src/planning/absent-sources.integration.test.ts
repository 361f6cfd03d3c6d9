import { AppError, type Corpus, type CorpusSource, type SourceId, type SourceSettings } from '@winnow/core';
import { createMapSource, type DocumentMap } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancelRun } from '../runs/cancel-run.ts';
import { giveWay } from '../runs/give-way.ts';
import { requireRun } from '../runs/require-run.ts';
import { startRun } from '../runs/start-run.ts';
import type { IngestBench } from '../testing/ingest-bench.ts';
import { type LocalBench, openLocalBench, textOf } from '../testing/local-bench.ts';
import { uncoveredOf } from './scan-passes.ts';

const names = ['first', 'second', 'third'] as const;
type Name = (typeof names)[number];

let bench: LocalBench;
let corpus: Corpus;
let documents: Record<Name, DocumentMap>;
/** Sources that nothing answers at. */
let away: Set<Name>;
/** Called before each read and each listed item. */
let onTouch: (name: Name, what: 'scan' | 'read', id: string) => void;

beforeEach(async () => {
  bench = await openLocalBench(0);
  away = new Set();
  onTouch = () => {};
  documents = { first: pagesOf('first', 6), second: pagesOf('second', 6), third: pagesOf('third', 6) };
  const sources = names.map((name): CorpusSource => {
    const settings: SourceSettings = { kind: 'folder', path: `/${name}`, include: [], exclude: [] };
    return { sourceId: name as string as SourceId, prefix: `${name}:`, settings };
  });
  corpus = await bench.store.corpora.update(bench.corpus, (current) => ({ ...current, sources }));
});
afterEach(() => bench.close());

function pagesOf(name: Name, count: number): DocumentMap {
  const seed = names.indexOf(name) * 100;
  return new Map(Array.from({ length: count }, (_, at) => [`page-${at}`, textOf(seed + at)]));
}

function requireThere(name: Name): void {
  if (away.has(name)) throw new AppError('unavailable', `nothing answers at ${name}`);
}

function boot(sliceItems = 4): Promise<IngestBench> {
  return bench.boot(
    (ports) => ({
      ...ports,
      openSource(settings) {
        const name = names.find((each) => settings.kind === 'folder' && settings.path === `/${each}`);
        if (name === undefined) throw new Error('no such source');
        const touch = (what: 'scan' | 'read') => (id: string) => {
          requireThere(name);
          onTouch(name, what, id);
        };
        const source = createMapSource(documents[name], { onScan: touch('scan'), onRead: touch('read') });
        return {
          ...source,
          async check(signal) {
            requireThere(name);
            await source.check(signal);
          },
          async isGone(...values) {
            return !away.has(name) && (await source.isGone(...values));
          },
        };
      },
    }),
    { corpus, tuning: { firstPauseMs: 1, sliceItems } },
  );
}

async function foundBySource(): Promise<Record<string, number>> {
  const found = await bench.found();
  return Object.fromEntries(
    names.map((name) => [name, found.filter((id) => id.startsWith(`${name}:`)).length]),
  );
}

async function untilWaiting(process: IngestBench, message: string) {
  const { run } = await startRun(process.ports, corpus.name);
  return await bench.untilRun(run.runId, ({ waiting }) => waiting?.message.includes(message) === true);
}

describe('a source that is not there', () => {
  it('holds up no other: what the others have is made searchable, and the run waits for it alone', async () => {
    const process = await boot();
    await process.ingest();
    documents.first.set('page-9', textOf(9));
    documents.first.delete('page-0');
    documents.second.set('page-9', textOf(109));
    documents.third.set('page-9', textOf(209));
    away.add('second');

    const waiting = await untilWaiting(process, 'nothing answers at second');
    expect(waiting).toMatchObject({ state: 'planning', waiting: { reason: 'source_away' } });
    expect(await foundBySource()).toEqual({ first: 6, second: 6, third: 7 });
    expect(await bench.found()).toContain('first:page-9');
    expect(await bench.found()).not.toContain('first:page-0');
    expect(uncoveredOf(waiting.plan)).toEqual([
      { sourceId: 'second', prefix: '', reason: 'nothing answers at second' },
    ]);

    await bench.untilRun(waiting.runId, (run) => (run.waiting?.looks ?? 0) >= 3);
    documents.second.delete('page-1');
    away.clear();
    const report = await process.untilEnded(waiting.runId);
    expect(report).toMatchObject({
      state: 'completed',
      documents: { new: 3, changed: 0, unchanged: 16, deleted: 2, failed: 0 },
      waited: [{ reason: 'source_away' }],
    });
    expect(uncoveredOf(report.run.plan)).toEqual([]);
    expect(await foundBySource()).toEqual({ first: 6, second: 6, third: 7 });
    expect((await process.ingest()).documents).toMatchObject({ new: 0, unchanged: 19, deleted: 0 });
  });

  it('is waited for at once where there is nothing else, and each is taken up as soon as it is back', async () => {
    const process = await boot();
    for (const name of names) away.add(name);
    const waiting = await untilWaiting(process, 'nothing answers at first');
    for (const [at, name] of (['third', 'first', 'second'] as const).entries()) {
      away.delete(name);
      await vi.waitFor(async () => expect((await foundBySource())[name]).toBe(6), { timeout: 10_000 });
      expect((await bench.found()).length).toBe((at + 1) * 6);
    }
    expect(await process.untilEnded(waiting.runId)).toMatchObject({
      state: 'completed',
      documents: { new: 18, failed: 0 },
    });
  });

  it('leaves what is done where the run is canceled meanwhile, and the run says what it did not look into', async () => {
    const process = await boot();
    away.add('first');
    const { runId } = await untilWaiting(process, 'nothing answers at first');
    const canceled = await cancelRun(process.ports, runId);
    expect(canceled.state).toBe('canceled');
    expect(uncoveredOf(canceled.plan).map(({ sourceId }) => sourceId)).toEqual(['first']);
    expect(await foundBySource()).toEqual({ first: 0, second: 6, third: 6 });
    away.clear();
    expect((await process.ingest()).documents).toMatchObject({ new: 6, unchanged: 12 });
  });

  it('is waited for while another ingest is asked for, which takes up what is new in the others', async () => {
    const process = await boot();
    away.add('second');
    const { runId } = await untilWaiting(process, 'nothing answers at second');
    documents.first.set('page-9', textOf(9));
    documents.third.delete('page-0');
    const joined = await startRun(process.ports, corpus.name);
    expect(joined).toMatchObject({ joined: true, run: { runId } });
    await vi.waitFor(async () => expect(await foundBySource()).toEqual({ first: 7, second: 0, third: 5 }), {
      timeout: 10_000,
    });
    await bench.untilRun(runId, ({ waiting }) => waiting?.reason === 'source_away');
    away.clear();
    expect(await process.untilEnded(runId)).toMatchObject({
      state: 'completed',
      documents: { new: 19, deleted: 1, failed: 0 },
    });
  });

  it('does not keep a run of a schedule from the others: the one that waits gives way to it', async () => {
    const process = await boot();
    await process.ingest();
    away.add('second');
    documents.third.set('page-8', textOf(208));
    const before = await untilWaiting(process, 'nothing answers at second');
    documents.first.set('page-9', textOf(9));
    expect(await giveWay(process.ports, before.runId)).toBe(true);
    const ended = await requireRun(bench.store, before.runId);
    expect(ended).toMatchObject({ state: 'canceled', reason: expect.stringContaining('at second') });
    expect(uncoveredOf(ended.plan).map(({ sourceId }) => sourceId)).toEqual(['second']);
    const next = await untilWaiting(process, 'nothing answers at second');
    expect(next.runId).not.toBe(before.runId);
    expect(await foundBySource()).toEqual({ first: 7, second: 6, third: 7 });
    documents.second.set('page-9', textOf(109));
    away.clear();
    expect(await process.untilEnded(next.runId)).toMatchObject({
      state: 'completed',
      documents: { new: 2, deleted: 0, failed: 0 },
    });
  });

  it('gives what was to be read of it to the next run, where a run gives way while it reads', async () => {
    const process = await boot();
    onTouch = (name, what) => {
      if (name === 'second' && what === 'read') away.add('second');
      requireThere(name);
    };
    const before = await untilWaiting(process, 'nothing answers at second');
    expect(before.state).toBe('running');
    expect(await giveWay(process.ports, before.runId)).toBe(true);
    documents.first.set('page-9', textOf(9));
    const next = await untilWaiting(process, 'nothing answers at second');
    expect(await foundBySource()).toEqual({ first: 7, second: 0, third: 6 });
    onTouch = () => {};
    away.clear();
    expect(await process.untilEnded(next.runId)).toMatchObject({ state: 'completed' });
    expect(await foundBySource()).toEqual({ first: 7, second: 6, third: 6 });
  });

  it('is waited for still by a run with something of its own, and by one that waits for all there is', async () => {
    const process = await boot();
    away.add('second');
    const { run } = await startRun(process.ports, corpus.name, { remake: true });
    await bench.untilRun(run.runId, ({ waiting }) => waiting?.reason === 'source_away');
    expect(await giveWay(process.ports, run.runId)).toBe(false);
    await cancelRun(process.ports, run.runId);
    for (const name of names) away.add(name);
    const { runId } = await untilWaiting(process, 'nothing answers at first');
    expect(await giveWay(process.ports, runId)).toBe(false);
  });

  it('is waited for by the next process too, should this one die', async () => {
    const process = await boot();
    away.add('third');
    const { runId } = await untilWaiting(process, 'nothing answers at third');
    await process.kill();
    documents.first.set('page-9', textOf(9));
    const second = await boot();
    await untilWaiting(second, 'nothing answers at third');
    await vi.waitFor(async () => expect((await foundBySource()).first).toBe(7), { timeout: 10_000 });
    away.clear();
    expect(await second.untilEnded(runId)).toMatchObject({ state: 'completed', documents: { failed: 0 } });
    expect(await foundBySource()).toEqual({ first: 7, second: 6, third: 6 });
  });

  it('that breaks off in the middle of its list is gone on with where it was, and nothing of it is missed', async () => {
    const process = await boot();
    let left = 3;
    onTouch = (name, what, id) => {
      if (name !== 'second' || what !== 'scan' || id !== 'page-5' || left === 0) return;
      left -= 1;
      throw new AppError('unavailable', 'the connection broke');
    };
    const report = await process.ingest();
    expect(report).toMatchObject({ state: 'completed', documents: { new: 18, deleted: 0, failed: 0 } });
    expect(report.run.plan).toMatchObject({ listed: 18 });
    expect(await foundBySource()).toEqual({ first: 6, second: 6, third: 6 });
  });

  it('has its deletions counted with those of the others: together they are held against the guard', async () => {
    documents = { first: pagesOf('first', 12), second: pagesOf('second', 12), third: pagesOf('third', 12) };
    const process = await boot();
    await process.ingest();
    for (let at = 0; at < 6; at += 1) {
      documents.first.delete(`page-${at}`);
      documents.second.delete(`page-${at}`);
    }
    away.add('second');
    const { runId } = await untilWaiting(process, 'nothing answers at second');
    expect(await foundBySource()).toEqual({ first: 6, second: 12, third: 12 });
    away.clear();
    const { run } = await process.untilEnded(runId);
    expect(run).toMatchObject({ withheld: { count: 6, limit: 10 }, changes: { deleted: 6 } });
    expect(await foundBySource()).toEqual({ first: 6, second: 12, third: 12 });
  });

  it('when its documents are to be read holds up none of the others either, and costs none an attempt', async () => {
    const process = await boot();
    onTouch = (name, what) => {
      // There when it was listed.
      if (name === 'second' && what === 'read') away.add('second');
      requireThere(name);
    };
    const waiting = await untilWaiting(process, 'nothing answers at second');
    expect(waiting.state).toBe('running');
    expect(await foundBySource()).toEqual({ first: 6, second: 0, third: 6 });
    await bench.untilRun(waiting.runId, (run) => (run.waiting?.looks ?? 0) >= 3);
    expect((await bench.entry('second:page-1'))?.attempts).toBe(0);
    onTouch = () => {};
    away.clear();
    expect(await process.untilEnded(waiting.runId)).toMatchObject({
      state: 'completed',
      documents: { new: 18, failed: 0 },
      waited: [{ reason: 'source_away' }],
    });
  });
});
