import { setTimeout as wait } from 'node:timers/promises';
import type { Engine } from '@winnow/engine';
import type { Api } from '../scene/api.ts';
import { CallError } from '../scene/call-error.ts';
import type { FolderWorld, WorldPage } from '../world/folder-world.ts';
import { stampOf } from '../world/page.ts';
import type { History } from './history.ts';

/** A way to look at a corpus. Both throw CallError, or an error with a code. */
export interface View {
  readonly name: string;
  /** Texts of the chunks that a search for the word finds. */
  search(word: string): Promise<readonly string[]>;
  document(documentId: string): Promise<SeenDocument>;
  /** Whether an answer can be expected at all: false while the process is down that gives it. */
  isUp(): boolean;
}

interface SeenDocument {
  readonly state: string;
  readonly revision: number;
  readonly texts: readonly string[];
}

/** What may be answered while something is in trouble; anything else is a fault of ours. */
const allowedCodes: ReadonlySet<string> = new Set(['unavailable', 'deadline_exceeded', 'resource_exhausted']);

const pauseMs = 150;
/** Chunks of one page at most, with room to see too many. */
const searchSize = 20;

/** Searching through the API. */
export function apiView(api: Api, corpus: string, isUp: () => boolean): View {
  return {
    name: 'the API',
    async search(word) {
      const hits = await api.search(corpus, { query: word, mode: 'bm25', k: searchSize });
      return hits.map(({ text }) => text);
    },
    async document(documentId) {
      const { state, revision, chunks } = await api.document(corpus, documentId);
      return { state, revision, texts: chunks.map(({ text }) => text) };
    },
    isUp,
  };
}

/** Looking at the index from this process, beside the one that writes. */
export function engineView(engine: Engine, corpus: string): View {
  return {
    name: 'a second process',
    async search(query) {
      const request = {
        query,
        mode: 'bm25',
        fusion: 'z-score',
        rerank: 'none',
        k: searchSize,
        candidates: 100,
        filter: null,
        threshold: null,
        mmr: null,
        neighbours: 0,
        deadlineMs: null,
        rerankBudgetMs: null,
      } as const;
      const { hits } = await engine.queries.search(corpus, request, AbortSignal.timeout(60_000));
      return hits.map(({ text }) => text);
    },
    async document(documentId) {
      const { state, revision, chunks } = await engine.documents.show(corpus, documentId);
      return { state, revision, texts: chunks.map(({ text }) => text) };
    },
    isUp: () => true,
  };
}

/** What is known of a document from what was seen of it. */
interface Sighting {
  /** The newest version that was seen; 0: none. */
  readonly version: number;
  /** No older version than this may be seen any more: it is dead. */
  readonly least: number;
  /** Nor an older revision of its entry in the manifest. */
  readonly revision: number;
}

export interface Reader {
  readonly reads: number;
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
  const sightings = new Map<string, Sighting>();
  const stopping = new AbortController();
  let reads = 0;
  const running = Promise.all(views.map(read));
  return {
    get reads() {
      return reads;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };

  async function read(view: View): Promise<void> {
    while (!stopping.signal.aborted) {
      const known = [...world.pages.values()];
      const page = known[Math.floor(random() * known.length)];
      if (page !== undefined) await (random() < 0.5 ? search(view, page) : show(view, page));
      await wait(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function search(view: View, page: WorldPage): Promise<void> {
    const { word } = page.page;
    const before = sightingOf(page.documentId);
    const texts = await made(view, `search ${word}`, () => view.search(word), inShort);
    if (texts !== null) judge(view, page, texts, before);
  }

  async function show(view: View, page: WorldPage): Promise<void> {
    const { documentId } = page;
    const before = sightingOf(documentId);
    const seen = await made(
      view,
      `show ${documentId}`,
      () => view.document(documentId),
      ({ state, revision, texts }) => `${state} at revision ${revision}, ${inShort(texts)}`,
    );
    if (seen === null) return;
    if (seen.revision < before.revision) {
      history.violate(
        'I4',
        `${view.name} shows ${documentId} at revision ${seen.revision} after ${before.revision}`,
      );
    }
    keep(documentId, { revision: seen.revision });
    if (seen.state === 'deleted' && seen.texts.length === 0) {
      // Whatever was seen before is dead.
      keep(documentId, { least: before.version + 1 });
      return;
    }
    judge(view, page, seen.texts, before);
  }

  /** @returns null where there was no answer, as there may be none. */
  async function made<Value>(
    view: View,
    what: string,
    call: () => Promise<Value>,
    tell: (value: Value) => string,
  ): Promise<Value | null> {
    const wasUp = view.isUp();
    try {
      const value = await history.call(view.name, what, call, tell);
      reads += 1;
      return value;
    } catch (thrown) {
      const { code, message } = CallError.from(thrown);
      const isUnknown = code === 'not_found' && message.includes('no document');
      const isDown = code === 'unreachable' && !(wasUp && view.isUp());
      if (!allowedCodes.has(code) && !isUnknown && !isDown) {
        history.violate('I7', `${view.name} answered ${what} with ${message}`);
      }
      return null;
    }
  }

  /** @param page as the world had it before the call. */
  function judge(view: View, page: WorldPage, texts: readonly string[], before: Sighting): void {
    const { documentId } = page;
    const now = world.pages.get(documentId) ?? page;
    if (texts.length === 0) {
      const wasSeen = before.version >= now.bornVersion && before.version > 0;
      const stayed = page.isPresent && now.isPresent && page.bornVersion === now.bornVersion;
      if (wasSeen && stayed) {
        history.violate(
          'I3',
          `${view.name} finds nothing of ${documentId}, whose version ${before.version} was there`,
        );
      }
      return;
    }
    const stamps = texts.flatMap((text) => stampOf(text) ?? []);
    const [first] = stamps;
    const versions = new Set(stamps.map(({ version }) => version));
    const parts = stamps.map(({ part }) => part).sort((one, other) => one - other);
    const saw = `${view.name} sees of ${documentId} ${texts.length} chunks, versions ${[...versions]}, parts ${parts} of ${first?.parts}`;
    if (versions.size > 1) history.violate('I3', `${saw}: of more than one version`);
    if (first === undefined || versions.size > 1) return;
    if (!now.wasTorn) {
      const isWhole = texts.length === first.parts && parts.every((part, at) => part === at + 1);
      if (!isWhole) history.violate('I3', `${saw}: not each part once`);
      if (first.word !== now.page.word) history.violate('I3', `${saw}: they are of ${first.word}`);
    }
    if (first.version < before.least)
      history.violate('I4', `${saw}, where none below ${before.least} is alive`);
    if (first.version > now.page.version) history.violate('I4', `${saw}: there is no such version yet`);
    keep(documentId, { version: first.version });
  }

  function sightingOf(documentId: string): Sighting {
    return sightings.get(documentId) ?? { version: 0, least: 0, revision: 0 };
  }

  function keep(documentId: string, { version = 0, least = 0, revision = 0 }: Partial<Sighting>): void {
    const known = sightingOf(documentId);
    sightings.set(documentId, {
      version: Math.max(known.version, version),
      least: Math.max(known.least, least, version),
      revision: Math.max(known.revision, revision),
    });
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
