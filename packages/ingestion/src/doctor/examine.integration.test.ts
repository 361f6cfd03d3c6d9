import { AppError, documentKeyOf, type Store } from '@winnow/core';
import { documentIdOf, newRevisionOf, runIdOf } from '@winnow/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  malformed,
  openTestCorpus,
  type TestCorpus,
  type TestCorpusOptions,
} from '../planning/test-corpus.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';
import { repair } from './repair.ts';
import { damagedPorts, foundIn, keyOf, look } from './test-damage.ts';

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

  it('takes nothing for gone in a place that is lost, and a repair leaves all of it', async () => {
    const lost = new Set(['page-1']);
    const house = await ingested({ troubles: { lost } });
    for (const id of ['page-1', 'page-10', 'page-2']) house.documents.delete(id);
    const report = await look(house, house.ports);
    expect(foundIn(report)).toEqual([['unlisted', 'page-2']]);
    expect(report).toMatchObject({ covered: false, uncovered: [{ prefix: 'page-1', sourceId: 'main' }] });
    const { run } = await repair(house.ports, house.corpus, report, { signal: new AbortController().signal });
    if (run === null) throw new Error('there is something to repair');
    const ended = await house.bench.untilEnded(run.runId);
    expect(ended).toMatchObject({ state: 'completed', documents: { deleted: 1 } });
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
