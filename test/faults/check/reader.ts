import { setTimeout as wait } from 'node:timers/promises';
import { CallError } from '../scene/call-error.ts';
import type { FolderWorld, WorldPage } from '../world/folder-world.ts';
import { stampOf } from '../world/page.ts';
import type { History } from './history.ts';
import { createJudge, type Judge } from './judge.ts';
import type { View } from './view.ts';

/** What may be answered while something is in trouble; anything else is a fault of ours. */
const allowedCodes: ReadonlySet<string> = new Set(['unavailable', 'deadline_exceeded', 'resource_exhausted']);

/** Pages that were edited last are the ones that something is done to: most reads are of them. */
const hotPages = 16;
const hotShare = 0.75;

export interface Reader {
  readonly reads: number;
  /** See {@link Judge.switching}. */
  readonly switching: Judge['switching'];
  stop(): Promise<void>;
}

/**
 * Searches for pages and reads them, again and again, and holds what it sees against what must hold at every moment:
 * of a document all chunks or none, of one version, never an older one than before, and none that was deleted.
 */
export function startReader(
  views: readonly View[],
  { world, history, random }: { world: FolderWorld; history: History; random: () => number },
): Reader {
  const judge = createJudge(world, history);
  const stopping = new AbortController();
  let reads = 0;
  const running = Promise.all(views.map(read));
  return {
    get reads() {
      return reads;
    },
    switching: judge.switching,
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function read(view: View): Promise<void> {
    while (!stopping.signal.aborted) {
      const page = pick();
      const chance = random();
      if (page !== undefined)
        await (chance < 0.4 ? search(view, page) : chance < 0.8 ? show(view, page) : mix(view, page));
      await wait(view.pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  function pick(): WorldPage | undefined {
    const all = [...world.pages.values()];
    const some = random() < hotShare ? world.recent.slice(-hotPages) : [];
    const id = some[Math.floor(random() * some.length)];
    return id === undefined ? all[Math.floor(random() * all.length)] : world.pages.get(id);
  }

  async function search(view: View, { documentId, page: { word } }: WorldPage): Promise<void> {
    const before = judge.before();
    const texts = await made(view, `search ${word}`, () => view.search(word, 'bm25'), inShort);
    if (texts instanceof CallError) return;
    judge.document(view.name, documentId, texts, before);
  }

  async function mix(view: View, { page: { word } }: WorldPage): Promise<void> {
    const before = judge.before();
    const texts = await made(
      view,
      `search ${word} by meaning too`,
      () => view.search(word, 'hybrid'),
      inShort,
    );
    if (texts instanceof CallError) return;
    judge.mixture(view.name, texts, before);
  }

  async function show(view: View, { documentId }: WorldPage): Promise<void> {
    const before = judge.before();
    const seen = await made(
      view,
      `show ${documentId}`,
      () => view.document(documentId),
      ({ state, revision, texts }) => `${state} at revision ${revision}, ${inShort(texts)}`,
    );
    if (!(seen instanceof CallError)) judge.shown(view.name, documentId, seen, before);
    else if (seen.code === 'not_found') judge.unknown(view.name, documentId, before);
  }

  /** @returns the error instead where it is one that may be. */
  async function made<Value>(
    view: View,
    what: string,
    call: () => Promise<Value>,
    tell: (value: Value) => string,
  ): Promise<Value | CallError> {
    const wasUp = view.isUp();
    try {
      const value = await history.call(view.name, what, call, tell);
      reads += 1;
      return value;
    } catch (thrown) {
      const error = CallError.from(thrown);
      const { code, message } = error;
      const isUnknown = code === 'not_found' && message.includes('no document');
      const isDown = code === 'unreachable' && !(wasUp && view.isUp());
      if (!allowedCodes.has(code) && !isUnknown && !isDown) {
        history.violate('I7', `${view.name} answered ${what} with ${message}`);
      }
      return error;
    }
  }
}

function inShort(texts: readonly string[]): string {
  const stamps = texts.map(stampOf);
  return (
    stamps
      .map((stamp) => (stamp === null ? '?' : `${stamp.version}:${stamp.part}/${stamp.parts}`))
      .join(' ') || 'nothing'
  );
}
