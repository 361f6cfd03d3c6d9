import type { DocumentKey, IndexedVersion, Store } from '@winnow/core';
import { newRevisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { openTestCorpus, type TestCorpus, type TestCorpusOptions } from '../planning/test-corpus.ts';
import type { DoctorReport } from './finding.ts';
import { repair } from './repair.ts';
import { damagedPorts, foundIn, keyOf, look } from './test-damage.ts';

const { signal } = new AbortController();
let open: TestCorpus[] = [];

afterEach(async () => {
  for (const house of open) await house.close();
  open = [];
});

async function ingested(options?: TestCorpusOptions): Promise<TestCorpus> {
  const house = await openTestCorpus(options);
  open.push(house);
  await house.bench.ingest();
  return house;
}

describe('repair', () => {
  it('makes damaged, missing and stale documents anew, and then nothing is found', async () => {
    const house = await ingested();
    const before = await house.entryOf('page-0');
    house.documents.set('page-1', 'Changed.');
    house.documents.set('page-20', 'New.');
    const isLost = ({ documentKey, version }: IndexedVersion) =>
      documentKey === keyOf('page-0') && version === before?.liveVersion;
    const ports = damagedPorts(house, (version) => (isLost(version) ? null : version));
    const report = await look(house, ports);
    expect(foundIn(report)).toEqual([
      ['lost', 'page-0'],
      ['missing', 'page-20'],
      ['stale', 'page-1'],
    ]);
    const { run } = await repair(house.ports, house.corpus, report, { signal });
    if (run === null) throw new Error('there is something to repair');
    const ended = await house.bench.untilEnded(run.runId);
    expect(ended).toMatchObject({ state: 'completed', documents: { new: 1, changed: 2, failed: 0 } });
    expect((await house.entryOf('page-0'))?.revision).toBe((before?.revision ?? 0) + 1);
    expect((await look(house, ports)).findings).toEqual([]);
  });

  it('lets unlisted documents go, and no other that is gone by now, within the deletion guard', async () => {
    const house = await ingested({ documents: 40 });
    house.documents.delete('page-1');
    const report = await look(house, house.ports);
    expect(foundIn(report)).toEqual([['unlisted', 'page-1']]);
    house.documents.delete('page-2');
    const { run } = await repair(house.ports, house.corpus, report, { signal });
    if (run === null) throw new Error('there is something to repair');
    const ended = await house.bench.untilEnded(run.runId);
    expect(ended).toMatchObject({ state: 'completed', documents: { deleted: 1 } });
    expect(await house.entryOf('page-1')).toMatchObject({ state: 'deleted' });
    expect(await house.entryOf('page-2')).toMatchObject({ state: 'live' });

    for (let index = 3; index < 20; index++) house.documents.delete(`page-${index}`);
    const many = await look(house, house.ports);
    const second = await repair(house.ports, house.corpus, many, { signal });
    if (second.run === null) throw new Error('there is something to repair');
    const withheld = await house.bench.untilEnded(second.run.runId);
    expect(withheld.run).toMatchObject({ withheld: { count: 18, limit: 10 }, changes: { deleted: 0 } });
  });

  it('makes searchable what an ended run has left pending', async () => {
    const house = await ingested();
    const runId = runIdOf('run-that-ended');
    await house.store.manifest.admit(house.ref, runId);
    const over = (await house.entryOf('page-0'))?.revision ?? 0;
    await house.store.manifest.accept(house.ref, runId, [newRevisionOf('page-0', { over })]);
    house.documents.set('page-20', 'New.');
    await house.store.manifest.accept(house.ref, runId, [newRevisionOf('page-20')]);
    const later = { ...house.ports, now: () => new Date(Date.now() + 1_000) };
    const report = await look(house, later);
    expect(foundIn(report)).toEqual([
      ['stale', 'page-0'],
      ['stale', 'page-20'],
      ['unfinished', 'page-0'],
      ['unfinished', 'page-20'],
    ]);
    const { run } = await repair(house.ports, house.corpus, report, { signal });
    if (run === null) throw new Error('there is something to repair');
    const ended = await house.bench.untilEnded(run.runId);
    expect(ended).toMatchObject({ state: 'completed', documents: { new: 1, changed: 1, failed: 0 } });
    expect((await look(house, house.ports)).findings).toEqual([]);
  });

  it('starts no run where there is nothing for one, and refuses a report of another generation', async () => {
    const house = await ingested();
    const report = await look(house, house.ports);
    expect(await repair(house.ports, house.corpus, report, { signal })).toEqual({ run: null, discarded: 0 });
    const other = { ...report, physicalName: 'handbook.other.g1' as DoctorReport['physicalName'] };
    await expect(repair(house.ports, house.corpus, other, { signal })).rejects.toMatchObject({
      code: 'failed_precondition',
    });
  });

  it('discards what belongs to nobody, and looks for it once more where the report had no room', async () => {
    const house = await ingested();
    const orphans = Array.from({ length: 5 }, (_, index) => ({
      documentKey: `stranger-${index}` as DocumentKey,
      version: 'x',
      revision: 1,
      chunks: 2,
      broken: 0,
    }));
    const asked: (readonly string[])[] = [];
    const ports = damagedPorts(house, (version) => version, orphans);
    const discard: Store['chunks']['discard'] = async (_, versions) => {
      asked.push(versions.map(({ documentKey }) => documentKey));
      return versions.length;
    };
    const store = { ...ports.store, chunks: { ...ports.store.chunks, discard } };
    for (const maxFindings of [10_000, 2]) {
      const report = await look(house, ports, { maxFindings });
      expect(report.counts.orphan).toBe(5);
      const repaired = await repair({ ...ports, store }, house.corpus, report, { signal });
      expect(repaired).toEqual({ run: null, discarded: 5 });
      expect(asked.pop()).toEqual(orphans.map(({ documentKey }) => documentKey));
    }
  });
});
