import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { elasticsearchUrl } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compareIndex } from './check/compare-index.ts';
import { createHistory } from './check/history.ts';
import { createIngests } from './check/ingests.ts';
import { openEmbeddedScene } from './scene/embedded-scene.ts';
import { openFullScene } from './scene/full-scene.ts';
import type { Scene } from './scene/scene.ts';
import { pageChunks, pageChunkTokens, wordOf } from './world/page.ts';

/** More than one slice of a plan. */
const recordCount = 12_000;
const corpus = 'records';

describe('a plan whose process is killed when it is half done', () => {
  test.for([
    ['on a data folder', () => openEmbeddedScene()],
    ['on servers', () => openFullScene({ elasticsearchUrl: elasticsearchUrl() })],
  ] as const)('goes on where it was, %s, and takes up no document twice', async ([, open]) => {
    const scene: Scene = await open();
    onTestFinished(() => scene.close());
    const source = join(scene.folder, 'records.jsonl');
    const records = Array.from({ length: recordCount }, (_, at) => {
      const word = wordOf(at);
      return { id: word, text: pageChunks({ word, version: 1, parts: 1 }).join('') };
    });
    await writeFile(source, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    await scene.createCorpus({ name: corpus, source, chunkTokens: pageChunkTokens });
    await scene.start();
    const history = createHistory();
    const ingests = createIngests(scene, corpus, { history, world: null });
    const signal = AbortSignal.timeout(110_000);
    const run = await ingests.start(signal);
    if (run === null) throw new Error('no run was accepted');
    const listed = await whenListed(scene, run.run, signal);
    const [worker] = scene.workers;
    await worker?.kill();
    expect(listed.state).toBe('planning');
    await worker?.start();

    expect(await ingests.follow(run.run, signal), history.tail()).toMatchObject({
      state: 'completed',
      documents: { new: recordCount, failed: 0 },
      progress: { listed: recordCount },
    });
    const expected = new Map(records.map(({ id, text }) => [id, [text]]));
    expect(await compareIndex(scene.observer, corpus, expected, scene.provider)).toEqual([]);
    expect([...scene.provider.asked.values()].filter((times) => times.length !== 1)).toEqual([]);
    expect(scene.provider.asked.size).toBe(recordCount);
  });
});

/** The first report that says that a part of the source has been listed. */
async function whenListed({ api }: Scene, run: string, signal: AbortSignal) {
  for (;;) {
    const report = await api.showRun(run);
    if (report.progress.listed > 0 || report.state !== 'planning') return report;
    await wait(10, undefined, { signal });
  }
}
