import type { Engine } from '@winnow/engine';
import type { Api } from '../scene/api.ts';

type SearchMode = 'bm25' | 'hybrid';

/** A way to look at a corpus. Both throw CallError, or an error with a code. */
export interface View {
  readonly name: string;
  /** What lies at least between two reads. */
  readonly pauseMs: number;
  /** Texts of the chunks that are found; with `bm25` those that have the word, with `hybrid` others besides. */
  search(word: string, mode: SearchMode): Promise<readonly string[]>;
  document(documentId: string): Promise<SeenDocument>;
  /** Whether an answer can be expected at all: false while the process is down that gives it. */
  isUp(): boolean;
}

export interface SeenDocument {
  readonly state: string;
  readonly revision: number;
  /** Of its chunks. */
  readonly texts: readonly string[];
}

/** Who reads faster than 20 times a second is refused by the API; others ask it too. */
const apiPauseMs = 120;
const enginePauseMs = 40;
/** Chunks of one page at most, with room to see too many. */
const searchSize = 20;

/** Asking a service. */
export function apiView(api: Api, corpus: string, isUp: () => boolean): View {
  return {
    name: 'the API',
    pauseMs: apiPauseMs,
    async search(query, mode) {
      const hits = await api.search(corpus, { query, mode, k: searchSize });
      return hits.map(({ text }) => text);
    },
    document: async (documentId) => seen(await api.document(corpus, documentId)),
    isUp,
  };
}

/** Looking at the index from this process, beside the one that writes. */
export function engineView({ queries, documents }: Engine, corpus: string): View {
  const defaults = {
    fusion: 'z-score',
    bm25Weight: 0.5,
    feedback: false,
    rerank: 'none',
    k: searchSize,
    candidates: 100,
    filter: null,
    threshold: null,
    mmr: null,
    duplicates: 'collapse',
    neighbours: 0,
    deadlineMs: null,
    rerankBudgetMs: null,
  } as const;
  return {
    name: 'a second process',
    pauseMs: enginePauseMs,
    async search(query, mode) {
      const request = { ...defaults, query, mode };
      const { hits } = await queries.search(corpus, request, AbortSignal.timeout(60_000));
      return hits.map(({ text }) => text);
    },
    document: async (documentId) => seen(await documents.show(corpus, documentId)),
    isUp: () => true,
  };
}

function seen({
  state,
  revision,
  chunks,
}: {
  readonly state: string;
  readonly revision: number;
  readonly chunks: readonly { readonly text: string }[];
}): SeenDocument {
  return { state, revision, texts: chunks.map(({ text }) => text) };
}
