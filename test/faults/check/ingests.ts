import type { RunReport } from '@winnow/engine';
import { CallError } from '../scene/call-error.ts';
import type { Scene } from '../scene/scene.ts';
import type { FolderWorld } from '../world/folder-world.ts';
import { stampOf } from '../world/page.ts';
import type { History } from './history.ts';
import { passing, patiently, pause } from './patience.ts';

/** Runs of one corpus, started and followed as a client does it. */
export interface Ingests {
  /** Runs that came to their end. */
  readonly ended: readonly RunReport[];
  /** Tries until a run is accepted; null when it is time to stop before. */
  start(signal: AbortSignal): Promise<RunReport | null>;
  /** The run that was started last, if its end was not seen yet. */
  readonly underWay: string | null;
  /** Follows a run to its end; null when it is time to stop before. */
  follow(run: string, signal: AbortSignal): Promise<RunReport | null>;
  /** Both, with a look at some documents at the end: what a completed run said is done must be. */
  ingest(signal: AbortSignal): Promise<RunReport | null>;
}

const sampleSize = 8;

export function createIngests(
  scene: Scene,
  corpus: string,
  { history, world }: { readonly history: History; readonly world: FolderWorld | null },
): Ingests {
  const ended: RunReport[] = [];
  /** The world as it was when nobody could have planned a run yet; one that is joined was planned before. */
  const before = new Map<string, ReadonlyMap<string, number>>();
  let underWay: string | null = null;
  let unanswered: ReadonlyMap<string, number> | null = null;
  const actor = 'client';
  const client = { history, actor };

  async function start(signal: AbortSignal): Promise<RunReport | null> {
    // A start whose answer was lost may have been accepted.
    unanswered ??= world?.versions() ?? new Map();
    const tools = { signal, tell: inShort };
    const started = await patiently(client, 'start', () => scene.api.startRun(corpus), tools);
    if (started === null) return null;
    if (!before.has(started.run)) before.set(started.run, unanswered);
    unanswered = null;
    underWay = started.run;
    return started;
  }

  async function follow(run: string, signal: AbortSignal): Promise<RunReport | null> {
    for (;;) {
      const report = await patiently(client, `status ${run}`, () => scene.api.showRun(run), {
        signal,
        tell: inShort,
      });
      if (report === null) return null;
      if (report.state !== 'planning' && report.state !== 'running') {
        ended.push(report);
        if (underWay === run) underWay = null;
        const { state, reason, documents } = report;
        history.note(
          actor,
          `run ${run} ${state}${reason === null ? '' : `: ${reason}`} ${JSON.stringify(documents)}`,
        );
        if (documents.failed > 0) await noteInbox();
        return report;
      }
      await pause(signal);
    }
  }

  async function noteInbox(): Promise<void> {
    const { items } = await scene.observer.inbox.list(corpus, { limit: 5 });
    for (const { documentId, cause, message, attempts } of items) {
      history.note('inbox', `${documentId} ${cause} after ${attempts} attempts: ${message}`);
    }
  }

  /** Of a run that says that it is completed, with nothing left out and nothing in the inbox. */
  async function lookAtSome(report: RunReport): Promise<void> {
    const { failed, stillFailed } = report.documents;
    const isAll = failed === 0 && (stillFailed ?? 0) === 0 && report.uncovered.length === 0;
    if (world === null || !isAll || report.deletions.withheld > 0) return;
    const some = [...(before.get(report.run) ?? [])].slice(-sampleSize);
    for (const [documentId, version] of some) {
      const page = world.pages.get(documentId);
      if (page === undefined || !page.isPresent || page.wasTorn) continue;
      try {
        const { chunks } = await history.call(actor, `show ${documentId}`, () =>
          scene.api.document(corpus, documentId),
        );
        const seen = chunks.flatMap(({ text }) => stampOf(text)?.version ?? [])[0] ?? 0;
        if (seen < version && isStill(documentId, version)) {
          history.violate(
            'I9',
            `run ${report.run} is completed, and ${documentId} is at version ${seen} where it was at ${version} before`,
          );
        }
      } catch (thrown) {
        const { code, message } = CallError.from(thrown);
        if (!passing.has(code) && isStill(documentId, version)) {
          history.violate('I9', `after ${report.run}: ${message}`);
        }
      }
    }
  }

  /** Not if it was removed since, which a run may have taken up, nor if it was made anew after that. */
  function isStill(documentId: string, version: number): boolean {
    const now = world?.pages.get(documentId);
    return now?.isPresent === true && now.bornVersion <= version;
  }

  return {
    ended,
    get underWay() {
      return underWay;
    },
    start,
    follow,
    async ingest(signal) {
      const started = await start(signal);
      if (started === null) return null;
      const report = await follow(started.run, signal);
      if (report === null) return null;
      if (report.state === 'failed') history.violate('I7', `run ${report.run} failed: ${report.reason}`);
      if (report.state === 'completed') await lookAtSome(report);
      return report;
    },
  };
}

function inShort({ run, state, waiting, progress }: RunReport): string {
  const waits = waiting === null ? '' : `, waits: ${waiting.reason} (${waiting.message})`;
  return `${run} ${state}, ${progress.done} of ${progress.total}${waits}`;
}
