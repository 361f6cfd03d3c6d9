import { AppError, type DocumentKey, documentKeyOf, type IndexedVersion, type Store } from '@winnow/core';
import { documentIdOf, newRevisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  malformed,
  openTestCorpus,
  type TestCorpus,
  type TestCorpusOptions,
} from '../planning/test-corpus.ts';
import type { IngestPorts } from '../ports.ts';
import { examine } from './examine.ts';
import type { DoctorReport, ExamineOptions, Finding } from './finding.ts';
import { repair } from './repair.ts';

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

const keyOf = (id: string) => documentKeyOf(documentIdOf(id));

/** What an index is made to say of some of its versions; null: nothing. */
type Damage = (version: IndexedVersion) => IndexedVersion | null;

/** Ports over a store whose index has lost, spoiled or kept too much, until a document is written anew. */
function damagedPorts(
  { ports }: TestCorpus,
  damage: Damage,
  extra: readonly IndexedVersion[] = [],
): IngestPorts {
  const { store } = ports;
  const census: Store['chunks']['census'] = async (ref, query, stop) => {
    const all = await store.chunks.census(ref, { limit: 100_000 }, stop);
    const shown = [...all.flatMap((version) => damage(version) ?? []), ...extra].sort((one, other) =>
      `${one.documentKey} ${one.version}` < `${other.documentKey} ${other.version}` ? -1 : 1,
    );
    const { after, limit } = query;
    const from =
      after === undefined
        ? 0
        : shown.findIndex(
            ({ documentKey, version }) =>
              `${documentKey} ${version}` > `${after.documentKey} ${after.version}`,
          );
    return from < 0 ? [] : shown.slice(from, from + limit);
  };
  return { ...ports, store: { ...store, chunks: { ...store.chunks, census } } };
}

const look = ({ corpus }: TestCorpus, ports: IngestPorts, options: ExamineOptions = {}) =>
  examine(ports, corpus, options, signal);

function foundIn({ findings }: DoctorReport): readonly (readonly [string, string | null])[] {
  return findings.map(({ kind, documentId }) => [kind, documentId] as const).toSorted();
}

describe('examine', () => {
  it('finds nothing wrong with what was ingested, inbox and tombstones included', async () => {
    const house = await ingested();
    house.documents.set('page-3', malformed);
    house.documents.set('page-4', null);
    house.documents.delete('page-5');
    await house.bench.ingest();
    const report = await look(house, house.ports);
    expect(report).toMatchObject({
      checked: { source: 11, manifest: 11, index: 11 },
      covered: true,
      total: 0,
      findings: [],
      young: 0,
    });
    expect(report.damaged.size).toBe(0);
  });

  it('finds what differs between the source and the manifest', async () => {
    const house = await ingested();
    house.documents.set('page-0', 'Changed.');
    house.documents.set('page-1', null);
    house.documents.set('page-20', 'New.');
    house.documents.delete('page-2');
    const report = await look(house, house.ports);
    expect(foundIn(report)).toEqual([
      ['missing', 'page-20'],
      ['stale', 'page-0'],
      ['stale', 'page-1'],
      ['unlisted', 'page-2'],
    ]);
  });

  it('finds what the index lacks, has spoiled or has too much of', async () => {
    const house = await ingested();
    const stranger = documentKeyOf(documentIdOf('stranger'));
    const ports = damagedPorts(
      house,
      (version) => {
        if (version.documentKey === keyOf('page-0')) return null;
        if (version.documentKey === keyOf('page-1')) return { ...version, chunks: version.chunks - 1 };
        if (version.documentKey === keyOf('page-2')) return { ...version, broken: 1 };
        return version;
      },
      [
        { documentKey: stranger, version: 'x', revision: 1, chunks: 2, broken: 0 },
        { documentKey: keyOf('page-3'), version: '0', revision: 0, chunks: 2, broken: 0 },
      ],
    );
    const report = await look(house, ports);
    expect(foundIn(report)).toEqual([
      ['half', 'page-1'],
      ['lost', 'page-0'],
      ['orphan', null],
      ['orphan', 'page-3'],
      ['wrong-vector', 'page-2'],
    ]);
    expect(report.counts).toMatchObject({ half: 1, lost: 1, orphan: 2, 'wrong-vector': 1, missing: 0 });
    expect(report.damaged.size).toBe(3);
  });

  it('finds every document of a lost index, whatever the report has room for', async () => {
    const house = await ingested({ documents: 40 });
    const told: string[] = [];
    const report = await look(
      house,
      damagedPorts(house, () => null),
      {
        maxFindings: 5,
        onFinding: ({ documentId }) => told.push(documentId ?? ''),
      },
    );
    expect(report).toMatchObject({ total: 40, counts: { lost: 40 } });
    expect(report.findings).toHaveLength(5);
    expect(new Set(told).size).toBe(40);
    expect(report.damaged.size).toBe(40);
  });

  it('says that a source is away, and compares manifest and index without it', async () => {
    const house = await ingested();
    house.documents.clear();
    const ports = damagedPorts(house, (version) =>
      version.documentKey === keyOf('page-0') ? null : version,
    );
    const report = await look(house, ports);
    expect(report).toMatchObject({
      checked: { source: null, manifest: 12 },
      covered: false,
      uncovered: [{ sourceId: 'main', prefix: '', reason: 'the source is not there' }],
    });
    expect(foundIn(report)).toEqual([['lost', 'page-0']]);
  });

  it('takes nothing for gone in a place that it could not look into', async () => {
    const uncovered = new Set<string>();
    const house = await ingested({ troubles: { uncovered } });
    house.documents.delete('page-10');
    house.documents.delete('page-2');
    uncovered.add('page-1');
    const report = await look(house, house.ports);
    expect(foundIn(report)).toEqual([['unlisted', 'page-2']]);
    expect(report).toMatchObject({ covered: false, uncovered: [{ prefix: 'page-1' }] });
  });

  it('takes nothing for gone in a source that breaks off while it is listed', async () => {
    let breaksAt = '';
    const onScan = (id: string) => {
      if (id === breaksAt) throw new AppError('unavailable', 'the drive does not answer');
    };
    const house = await ingested({ troubles: { onScan } });
    house.documents.delete('page-2');
    breaksAt = 'page-5';
    expect(await look(house, house.ports)).toMatchObject({ covered: false, total: 0 });
    breaksAt = '';
    expect(foundIn(await look(house, house.ports))).toEqual([['unlisted', 'page-2']]);
  });

  it('leaves the source alone where it is told to', async () => {
    const house = await ingested();
    house.documents.set('page-0', 'Changed.');
    expect(await look(house, house.ports, { sources: false })).toMatchObject({
      checked: { source: null },
      covered: false,
      total: 0,
    });
  });

  it('shows nothing of an intact corpus before or after any step of an ingest', async () => {
    let onStep = async () => {};
    const house = await ingested({
      documents: 60,
      wrap: (ports) => ({
        ...ports,
        tuning: { ...ports.tuning, sliceItems: 20 },
        store: {
          ...ports.store,
          manifest: withSteps(ports.store.manifest, ['accept', 'adopt', 'fail'], () => onStep()),
          chunks: withSteps(ports.store.chunks, ['commit', 'remove'], () => onStep()),
          runs: withSteps(ports.store.runs, ['update'], () => onStep()),
        },
      }),
    });
    for (let index = 0; index < 60; index += 2) house.documents.set(`page-${index}`, `Changed ${index}.`);
    house.documents.set('page-1', malformed);
    house.documents.set('page-90', 'New.');
    house.documents.delete('page-3');
    const findings: Finding[] = [];
    let looks = 0;
    let young = 0;
    onStep = async () => {
      const report = await look(house, house.bench.ports);
      findings.push(...report.findings);
      looks += 1;
      young += report.young;
    };
    expect(await house.bench.ingest()).toMatchObject({ state: 'completed', documents: { changed: 30 } });
    expect(findings).toEqual([]);
    expect(looks).toBeGreaterThan(20);
    expect(young).toBeGreaterThan(0);
  });

  it('takes nothing for lost that is replaced between its looks', async () => {
    const house = await ingested();
    house.documents.set('page-0', 'Changed.');
    let isReplaced = false;
    const { store } = house.ports;
    const census: Store['chunks']['census'] = async (ref, query, stop) => {
      const page = await store.chunks.census(ref, query, stop);
      if (!isReplaced) await house.bench.ingest();
      isReplaced = true;
      return page;
    };
    const ports = { ...house.ports, store: { ...store, chunks: { ...store.chunks, census } } };
    expect((await look(house, ports, { sources: false })).findings).toEqual([]);
  });

  it('leaves pending documents of a run at work alone, and looks at those that nobody works on', async () => {
    const house = await ingested();
    const ports = damagedPorts(house, ({ documentKey, ...version }) =>
      documentKey === keyOf('page-0') ? null : { documentKey, ...version },
    );
    const entry = await house.entryOf('page-0');
    const runId = runIdOf('run-of-nobody');
    await house.store.manifest.admit(house.ref, runId);
    const next = newRevisionOf('page-0', { over: entry?.revision ?? 0 });
    await house.store.manifest.accept(house.ref, runId, [next]);
    const later = { ...ports, now: () => new Date(Date.now() + 1_000) };
    expect(foundIn(await look(house, later, { sources: false }))).toEqual([
      ['lost', 'page-0'],
      ['unfinished', 'page-0'],
    ]);

    const [last] = await house.store.runs.list(house.corpus.name, 1);
    if (last === undefined) throw new Error('there was a run');
    await house.store.runs.update(last.runId, (run) => ({ ...run, state: 'running', finishedAt: null }));
    expect(await look(house, later, { sources: false })).toMatchObject({ total: 0, young: 1 });
  });

  it('counts what it has looked at', async () => {
    const house = await ingested();
    let checked = 0;
    const onProgress = (count: number) => {
      checked = count;
    };
    await look(house, house.ports, { onProgress });
    expect(checked).toBe(24);
  });

  it('throws where the index does not answer, and stops when it is told to', async () => {
    const house = await ingested();
    const { store } = house.ports;
    const census = () => Promise.reject(new AppError('unavailable', 'no answer'));
    const ports = { ...house.ports, store: { ...store, chunks: { ...store.chunks, census } } };
    await expect(look(house, ports)).rejects.toMatchObject({ code: 'unavailable', part: 'index' });
    await expect(examine(house.ports, house.corpus, {}, AbortSignal.abort())).rejects.toThrow();
  });
});

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

/** A part of a store that calls a test before and after each call of these methods. */
function withSteps<Part extends object>(
  part: Part,
  names: readonly string[],
  onStep: () => Promise<void>,
): Part {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || !names.includes(String(name))) return member;
      return async (...values: readonly unknown[]) => {
        await onStep();
        const result: unknown = await Reflect.apply(member, target, values);
        await onStep();
        return result;
      };
    },
  });
}
