import { type Corpus, generationNumbered, generationRef, stateDigestOf } from '@winnow/core';
import { createHashingEmbedder } from '@winnow/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IngestBench } from '../testing/ingest-bench.ts';
import { type LocalBench, openLocalBench, textOf } from '../testing/local-bench.ts';
import { startBuild } from './start-build.ts';
import { promote } from './switch-generation.ts';

const { signal } = new AbortController();

let bench: LocalBench;
let process: IngestBench;
beforeEach(async () => {
  bench = await openLocalBench();
  process = await bench.boot();
  await process.ingest();
});
afterEach(() => bench.close());

async function corpusNow(): Promise<Corpus> {
  const corpus = await bench.store.corpora.get(bench.corpus.name);
  if (corpus === null) throw new Error('the corpus is gone');
  return corpus;
}

/** Builds a generation to its end, with a report that passes. */
async function built(): Promise<void> {
  const loadEmbedder = async () => createHashingEmbedder({ dimensions: 64 });
  const ports = { ...process.ports, loadEmbedder };
  const { run, generation } = await startBuild(ports, bench.corpus.name, {});
  expect(await process.untilEnded(run.runId)).toMatchObject({ state: 'completed' });
  const corpus = await corpusNow();
  const ref = generationRef(corpus, generationNumbered(corpus, generation.number));
  const report = {
    generation: generation.number,
    passed: true,
    gates: [],
    stateDigest: await stateDigestOf(bench.store.manifest, ref, signal),
    comparedWith: corpus.liveGeneration,
    at: new Date().toISOString(),
  };
  await bench.store.corpora.update(corpus, (current) => ({
    ...current,
    generations: current.generations.map((each) =>
      each.number === generation.number ? { ...each, report } : each,
    ),
  }));
}

const switched = async () => promote(process.ports, await corpusNow(), { forced: null, signal });

describe('a generation that was built from a newer state of the source than the live one', () => {
  beforeEach(async () => {
    bench.documents.set('page-99', textOf(99));
    bench.documents.set('page-1', textOf(98));
    bench.documents.delete('page-2');
    await built();
  });

  it('can be switched to: it lacks nothing', async () => {
    expect(await switched()).toMatchObject({ live: 2, gap: { documents: 3 } });
  });

  it('cannot where a sync has written something else since, which it then lacks', async () => {
    bench.documents.set('page-3', textOf(97));
    await process.ingest();
    await expect(switched()).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringContaining('lacks what syncs have changed in 1 documents (page-3)'),
    });
  });

  it('can where a sync has only caught up since', async () => {
    await process.ingest();
    expect(await switched()).toMatchObject({ live: 2, gap: { documents: 0 } });
  });
});
