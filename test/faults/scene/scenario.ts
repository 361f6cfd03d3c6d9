import { setTimeout as wait } from 'node:timers/promises';
import type { RunReport } from '@winnow/engine';
import { randomOf } from '@winnow/testkit';
import { expect } from 'vitest';
import { compareIndex } from '../check/compare-index.ts';
import { createHistory, type History } from '../check/history.ts';
import { createIngests, type Ingests } from '../check/ingests.ts';
import { loggedBugs } from '../check/logged-bugs.ts';
import { type Reader, startReader } from '../check/reader.ts';
import { apiView, engineView } from '../check/view.ts';
import { createFolderWorld, type Edits, type FolderWorld } from '../world/folder-world.ts';
import { pageChunkTokens } from '../world/page.ts';
import type { Scene } from './scene.ts';

/** A scene with a corpus of pages, somebody who reads it all the time, and everything that is held against it. */
export interface Scenario<Setting extends Scene> {
  readonly scene: Setting;
  readonly world: FolderWorld;
  readonly history: History;
  readonly ingests: Ingests;
  readonly corpus: string;
  /** To be told of switches of generations: see `Judge`. */
  readonly switching: Reader['switching'];
  /** Edits some pages, starts a run over them, and resolves when it has begun to embed. */
  midway(edits?: Edits): Promise<RunReport>;
  /** The first report of a run of which this holds, which has to come within two minutes. */
  reported(run: RunReport, holds: (report: RunReport) => boolean): Promise<RunReport>;
  /** The end of a run, which has to come within two minutes. */
  ended(run: RunReport): Promise<RunReport>;
  /** Runs until nothing is left to do, and holds the whole index against the world. */
  expectWhole(): Promise<void>;
  close(): Promise<void>;
}

const corpus = 'pages';
const endWithinMs = 120_000;
/** What was given up is taken up by the next run. */
const mostRuns = 3;

/**
 * Opens a scenario in which nothing is indexed yet.
 * @param opening is closed with the scenario, and when that cannot be opened.
 */
export async function openScenario<Setting extends Scene>(
  opening: Promise<Setting>,
  { pages, seed = 1 }: { readonly pages: number; readonly seed?: number },
): Promise<Scenario<Setting>> {
  const scene = await opening;
  try {
    const history = createHistory(process.env.LOUD ? console.log : undefined);
    const world = await createFolderWorld(scene.folder, randomOf(seed));
    await world.edit({ created: pages });
    await scene.createCorpus({
      name: corpus,
      source: world.source,
      chunkTokens: pageChunkTokens,
      unguarded: true,
    });
    await scene.start();
    const ingests = createIngests(scene, corpus, { history, world });
    const views = [apiView(scene.api, corpus, () => scene.serving.isUp), engineView(scene.observer, corpus)];
    const reader: Reader = startReader(views, { world, history, random: randomOf(seed + 1) });
    return {
      scene,
      world,
      history,
      ingests,
      corpus,
      switching: reader.switching,
      async midway(edits = { created: 10, changed: 20, removed: 5 }) {
        await world.edit(edits);
        const arrived = scene.provider.nextCall();
        const run = await ingests.start(AbortSignal.timeout(endWithinMs));
        if (run === null) throw new Error(`no run is accepted:\n${history.tail(20)}`);
        await arrived;
        return run;
      },
      async reported({ run }, holds) {
        const signal = AbortSignal.timeout(endWithinMs);
        for (;;) {
          const report = await history.call('client', `status ${run}`, () => scene.api.showRun(run));
          if (holds(report)) return report;
          await wait(100, undefined, { signal });
        }
      },
      async ended(run) {
        const report = await ingests.follow(run.run, AbortSignal.timeout(endWithinMs));
        if (report === null) throw new Error(`run ${run.run} does not end:\n${history.tail(20)}`);
        return report;
      },
      async expectWhole() {
        const signal = AbortSignal.timeout(endWithinMs);
        for (let runs = 0; runs < mostRuns; runs += 1) {
          const report = await ingests.ingest(signal);
          if (report === null) throw new Error(`a run does not end:\n${history.tail(20)}`);
          if (report.state === 'completed' && report.documents.stillFailed === 0) break;
        }
        expect(await compareIndex(scene.observer, corpus, world.expected(), scene.provider)).toEqual([]);
        const { findings } = await scene.observer.doctor.examine(corpus, {}, signal);
        expect(findings.filter(({ kind }) => kind !== 'orphan')).toEqual([]);
        expect([history.violations, scene.crashes, loggedBugs(scene)], history.tail(20)).toEqual([
          [],
          [],
          [],
        ]);
      },
      async close() {
        await reader.stop();
        await scene.close();
      },
    };
  } catch (thrown) {
    await scene.close();
    throw thrown;
  }
}
