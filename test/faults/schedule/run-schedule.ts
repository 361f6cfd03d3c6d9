import { setTimeout as wait } from 'node:timers/promises';
import { randomOf } from '@winnow/testkit';
import { compareIndex } from '../check/compare-index.ts';
import { generationsLeft } from '../check/generations-left.ts';
import { createHistory, type History } from '../check/history.ts';
import { createIngests, type Ingests } from '../check/ingests.ts';
import { loggedBugs } from '../check/logged-bugs.ts';
import { startReader } from '../check/reader.ts';
import { createRebuilds, type Rebuilds, randomEnding } from '../check/rebuilds.ts';
import { type RepeatedTexts, repeatedTexts } from '../check/repeated-texts.ts';
import { apiView, engineView } from '../check/view.ts';
import type { Injection } from '../injections/injection.ts';
import type { Scene } from '../scene/scene.ts';
import { createFolderWorld, type FolderWorld } from '../world/folder-world.ts';
import { pageChunkTokens } from '../world/page.ts';
import { disturb, type Trouble } from './disturb.ts';
import { planSchedule } from './plan-schedule.ts';
import { createQuietHours, type QuietHours } from './quiet-hours.ts';

export interface ScheduleOptions<Setting extends Scene> {
  readonly seed: number;
  /** How long things go wrong; before and after that it takes a while longer. */
  readonly seconds: number;
  readonly injections: readonly Injection<Setting>[];
  /** Told of every fault, every run and every violation. */
  readonly onLine?: (line: string) => void;
}

export interface ScheduleReport {
  readonly seed: number;
  readonly history: History;
  readonly troubles: readonly Trouble[];
  readonly runs: number;
  /** What came of generations that were built beside the live one. */
  readonly builds: Rebuilds['counts'];
  readonly reads: number;
  readonly documents: number;
  readonly repeated: RepeatedTexts;
  /** What is left in the queue's memory when all is done. */
  readonly queueBytes: number;
  /** Seconds from the last heal until everything was as it should be. */
  readonly healingSeconds: number;
}

const corpus = 'pages';
const firstPages = 120;
const mostPages = 260;
/** Whatever is healed has to be at work again after so long. */
const healWithinMs = 240_000;
/** Documents that were given up are taken up again by the next run; so many runs have to be enough. */
const finalRuns = 3;
/** What runs leave behind goes away by itself, within days; of so few documents it is not much. */
const mostQueueBytes = 64 * 1024 * 1024;
/** A kill may have as many texts asked for again: two sub-batches under way. */
const textsPerTrouble = 2 * 256;

/**
 * Has a world change and be indexed while things go wrong, and holds what is seen against what must hold: all the
 * time, and in the end, when everything is healed, the index as a whole.
 */
export async function runSchedule<Setting extends Scene>(
  scene: Setting,
  { seed, seconds, injections, onLine }: ScheduleOptions<Setting>,
): Promise<ScheduleReport> {
  const history = createHistory(onLine);
  const world = await createFolderWorld(scene.folder, randomOf(seed + 1));
  await world.edit({ created: firstPages });
  await scene.createCorpus({
    name: corpus,
    source: world.source,
    chunkTokens: pageChunkTokens,
    unguarded: true,
  });
  await scene.start();
  const offsetMs = scene.provider.now() - history.now();
  const ingests = createIngests(scene, corpus, { history, world });
  const views = [apiView(scene.api, corpus, () => scene.serving.isUp), engineView(scene.observer, corpus)];
  const reader = startReader(views, { world, history, random: randomOf(seed + 2) });
  // Who reads has to have seen something before it can be taken away.
  await ingests.ingest(AbortSignal.timeout(healWithinMs));
  const ending = new AbortController();
  const hours = createQuietHours();
  const rebuilds = createRebuilds(scene, corpus, {
    history,
    ingests,
    hours,
    switching: reader.switching,
    random: randomOf(seed + 4),
  });
  const going = Promise.all([
    work(ingests, hours, ending.signal),
    edit(world, hours, randomOf(seed + 3), ending.signal),
    rebuild(rebuilds, randomOf(seed + 5), ending.signal),
  ]);

  const troubles = await disturb(planSchedule(injections, { seed, seconds }), { scene, world, history });
  const healedAt = history.now();
  ending.abort();
  await going;
  await settle(ingests, history);
  await settleBuilds(rebuilds, history);
  const healingSeconds = (history.now() - healedAt) / 1_000;
  await reader.stop();
  await compare(scene, world, history);
  for (const crash of scene.crashes) history.violate('I7', crash);
  for (const bug of loggedBugs(scene)) history.violate('I7', `a bug was logged: ${bug}`);
  const repeated = repeatedTexts(scene.provider, troubles, offsetMs);
  for (const text of repeated.unexcused.slice(0, 5)) {
    history.violate('I6', `a text was embedded again though nothing was in trouble: ${text}`);
  }
  if (repeated.repeats > troubles.length * textsPerTrouble) {
    history.violate('I6', `${repeated.repeats} texts were embedded again after ${troubles.length} troubles`);
  }
  const queueBytes = await scene.queueBytes();
  if (!(queueBytes < mostQueueBytes)) history.violate('I6', `the queue holds ${queueBytes} bytes in the end`);
  const documents = world.expected().size;
  return {
    seed,
    history,
    troubles,
    runs: ingests.ended.length,
    builds: rebuilds.counts,
    reads: reader.reads,
    documents,
    repeated,
    queueBytes,
    healingSeconds,
  };
}

/** One run after the other. The one that is under way at the end goes on. */
async function work(ingests: Ingests, { busy }: QuietHours, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await busy(() => ingests.ingest(signal));
}

/** One build after the other, with a pause between them. */
async function rebuild(rebuilds: Rebuilds, random: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(random() * 4_000, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await rebuilds.rebuild(signal, randomEnding(random));
  }
}

async function edit(
  world: FolderWorld,
  { busy }: QuietHours,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  while (!signal.aborted) {
    const isLarge = world.versions().size > mostPages;
    const edits = { created: isLarge ? 0 : upTo(8), changed: upTo(16), removed: upTo(isLarge ? 6 : 3) };
    await busy(() => world.edit(edits));
    await wait(300 + random() * 900, undefined, { signal }).catch(() => {});
  }
}

/** What is under way has to come to its end by itself, and further runs to bring everything in. */
async function settle(ingests: Ingests, history: History): Promise<void> {
  const late = AbortSignal.timeout(healWithinMs);
  const tooLate = () =>
    history.violate('I7', `a run has not come to its end within ${healWithinMs / 1_000} s of the last heal`);
  const { underWay } = ingests;
  if (underWay !== null && (await ingests.follow(underWay, late)) === null) return tooLate();
  for (let runs = 0; runs < finalRuns; runs += 1) {
    const report = await ingests.ingest(late);
    if (report === null) return tooLate();
    if (report.state === 'completed' && report.documents.stillFailed === 0) return;
  }
  history.violate('I1', `after ${finalRuns} runs in peace something is still in the inbox`);
}

/** In peace a build comes to its end, readers are switched to it, and nothing is left of the others. */
async function settleBuilds(rebuilds: Rebuilds, history: History): Promise<void> {
  const ending = { cancels: false, goesBack: false, drops: true };
  const isSwitched = await rebuilds.rebuild(AbortSignal.timeout(healWithinMs), ending);
  if (!isSwitched)
    history.violate('I7', `readers were not switched to a build within ${healWithinMs / 1_000} s`);
}

async function compare(scene: Scene, world: FolderWorld, history: History): Promise<void> {
  const differences = await compareIndex(scene.observer, corpus, world.expected(), scene.provider);
  for (const difference of differences) history.violate('I2', `in the end ${difference}`);
  const signal = AbortSignal.timeout(healWithinMs);
  const { findings } = await scene.observer.doctor.examine(corpus, {}, signal);
  // Chunks that nobody owns are left by a crash in a commit, and swept now and then.
  const damage = findings.filter(({ kind }) => kind !== 'orphan');
  for (const { kind, documentId, message } of damage.slice(0, 10)) {
    history.violate('I2', `the doctor finds ${kind} of ${documentId}: ${message}`);
  }
  const left = await generationsLeft(scene, corpus);
  if (left !== null) history.violate('I2', left);
  const orphans = findings.length - damage.length;
  if (orphans > 0) history.note('doctor', `${orphans} orphans are left to be swept`);
}
