import type { RunReport } from '@winnow/engine';
import type { Switch } from '../scene/api.ts';
import { CallError } from '../scene/call-error.ts';
import type { Scene } from '../scene/scene.ts';
import type { QuietHours } from '../schedule/quiet-hours.ts';
import type { History } from './history.ts';
import type { Ingests } from './ingests.ts';
import type { Judge } from './judge.ts';
import { patiently, pause } from './patience.ts';

/** Builds of one corpus beside its live generation, and switches to them, as a careful user does it. */
export interface Rebuilds {
  /** What came of it so far. */
  readonly counts: Readonly<Record<'promoted' | 'canceled' | 'rolledBack' | 'dropped' | 'refused', number>>;
  /**
   * Builds with the model that is not live, and switches, or thinks better of it, or stops when it is time.
   * @returns whether readers were switched.
   */
  rebuild(signal: AbortSignal, ending: Ending): Promise<boolean>;
}

export interface Ending {
  /** Gives the build up while it is under way. */
  readonly cancels: boolean;
  /** Goes back after the switch, and then forth again. */
  readonly goesBack: boolean;
  /** Gives up all that readers do not see, while queries may be on it. */
  readonly drops: boolean;
}

export function randomEnding(random: () => number): Ending {
  return { cancels: random() < 0.25, goesBack: random() < 0.3, drops: random() < 0.7 };
}

const client = 'builder';
const refusal = new Set(['failed_precondition']);
/** A build or a generation that is given up may be gone by the time that the answer is lost and it is asked again. */
const refusalOrGone = new Set(['failed_precondition', 'not_found']);

export function createRebuilds(
  scene: Scene,
  corpus: string,
  {
    history,
    ingests,
    hours,
    switching,
    random,
  }: {
    readonly history: History;
    readonly ingests: Ingests;
    readonly hours: QuietHours;
    readonly switching: Judge['switching'];
    readonly random: () => number;
  },
): Rebuilds {
  const { api, provider } = scene;
  const actor = { history, actor: client };
  const counts = { promoted: 0, canceled: 0, rolledBack: 0, dropped: 0, refused: 0 };

  async function asked<Value>(
    what: string,
    make: () => Promise<Value>,
    signal: AbortSignal,
  ): Promise<Value | null> {
    return await patiently(actor, what, make, { signal, tell: told });
  }

  async function list(signal: AbortSignal) {
    return await asked('list generations', () => api.generations(corpus), signal);
  }

  /** The model of the generation that is not live. */
  async function otherModel(signal: AbortSignal): Promise<string | null> {
    const known = await list(signal);
    const live = known?.generations.find(({ generation }) => generation === known.live);
    if (live === undefined) return null;
    return live.embedder === provider.model ? provider.otherModel : provider.model;
  }

  async function follow(run: string, signal: AbortSignal): Promise<RunReport | null> {
    for (;;) {
      const report = await asked(`status of build ${run}`, () => api.showRun(run), signal);
      if (report === null) return null;
      if (report.finishedAt !== null) {
        history.note(
          client,
          `build ${run} ${report.state}: ${report.reason ?? ''} ${JSON.stringify(report.documents)}`,
        );
        if (report.state === 'failed') history.violate('I7', `build ${run} failed: ${report.reason}`);
        return report;
      }
      await pause(signal);
    }
  }

  async function giveUp(run: string, signal: AbortSignal): Promise<void> {
    while (random() < 0.7) await pause(signal);
    const canceled = await asked(`cancel build ${run}`, () => api.cancelRun(run), signal);
    if (canceled === null) return;
    history.note(client, `build ${run} is canceled: ${canceled.state}`);
    counts.canceled += 1;
  }

  /** Catches up once more, in peace, until the build holds what the live generation holds; then switches. */
  async function promoteInPeace(model: string, { goesBack }: Ending, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      // The build's scan comes after that of the sync: nothing that readers see can be missing.
      const sync = await ingests.ingest(signal);
      const build = await asked('catch up', () => api.reindex(corpus, { embedder: model }), signal);
      const report = build === null ? null : await follow(build.run, signal);
      if (build === null || report === null) return false;
      if (isClean(report) && (await promote(build.generation, signal))) {
        if (goesBack && sync !== null && isClean(sync)) await goBackAndForth(signal);
        return true;
      }
      await pause(signal);
    }
    return false;
  }

  async function goBackAndForth(signal: AbortSignal): Promise<void> {
    if (!(await switchTo('rollback', () => api.rollback(corpus), signal))) return;
    counts.rolledBack += 1;
    await switchTo('promote again', () => api.promote(corpus, null), signal);
  }

  async function promote(generation: number, signal: AbortSignal): Promise<boolean> {
    const tools = { signal, tell: told, refusals: refusal };
    try {
      const verified = await patiently(actor, 'verify', () => api.verify(corpus, generation), tools);
      if (verified === null) return false;
      if (!verified.passed) history.note(client, `not passed: ${JSON.stringify(verified)}`);
    } catch (thrown) {
      history.note(client, `not verified: ${CallError.from(thrown).message}`);
    }
    return await switchTo('promote', () => api.promote(corpus, null), signal);
  }

  /** An answer that was lost may have been a switch: the list of generations tells. */
  async function switchTo(what: string, make: () => Promise<Switch>, signal: AbortSignal): Promise<boolean> {
    const before = await list(signal);
    if (before === null) return false;
    const over = switching();
    let isDone = false;
    try {
      const switched = await patiently(actor, what, make, { signal, tell: told, refusals: refusal });
      isDone = switched !== null;
      // It may be ahead of the one before: whatever it were behind in, the readers would see.
      if (switched !== null && switched.gap.documents > 0) {
        history.note(client, `${what}: ${switched.gap.documents} documents differ`);
      }
    } catch (thrown) {
      history.note(client, CallError.from(thrown).message);
      counts.refused += 1;
    } finally {
      const after = await list(signal);
      isDone ||= after !== null && after.live !== before.live;
      over(isDone || after === null);
    }
    if (isDone) history.note(client, `${what} is done`);
    return isDone;
  }

  async function dropOthers(signal: AbortSignal): Promise<void> {
    const known = await list(signal);
    for (const { generation } of known?.generations ?? []) {
      if (generation === known?.live) continue;
      try {
        const make = () => api.dropGeneration(corpus, generation);
        await patiently(actor, `drop ${generation}`, make, { signal, tell: told, refusals: refusalOrGone });
        counts.dropped += 1;
      } catch (thrown) {
        history.note(client, `drop ${generation}: ${CallError.from(thrown).message}`);
      }
    }
  }

  return {
    counts,
    async rebuild(signal, ending) {
      const model = await otherModel(signal);
      if (model === null) return false;
      const build = await asked(
        `build with ${model}`,
        () => api.reindex(corpus, { embedder: model }),
        signal,
      );
      if (build === null) return false;
      history.note(client, `build ${build.run} of generation ${build.generation} with ${model}`);
      if (ending.cancels) {
        await giveUp(build.run, signal);
        return false;
      }
      const report = await follow(build.run, signal);
      if (report === null) return false;
      // Syncs go on: most of the time it is refused.
      const isPromoted =
        (isClean(report) && (await promote(build.generation, signal))) ||
        (await hours.quiet(() => promoteInPeace(model, ending, signal)));
      if (!isPromoted) return false;
      counts.promoted += 1;
      if (ending.drops) await dropOthers(signal);
      return true;
    },
  };
}

/** Everything was seen, and taken in. */
function isClean({ state, documents, uncovered, deletions }: RunReport): boolean {
  const { failed, stillFailed } = documents;
  return (
    state === 'completed' &&
    failed === 0 &&
    stillFailed === 0 &&
    uncovered.length === 0 &&
    deletions.withheld === 0
  );
}

function told(value: unknown): string {
  return JSON.stringify(value).slice(0, 300);
}
