import {
  type Corpus,
  type DocumentKey,
  type DocumentState,
  documentKeyOf,
  liveRef,
  type ManifestEntry,
  type Store,
} from '@winnow/core';

/**
 * Orders of a list of documents:
 * - `id`: by id, in UTF-16 code units
 * - `updated`: what changed last first
 * - `chunks`: the longest first, by the number of chunks
 *
 * What is equal comes by id.
 */
export const documentOrders = ['id', 'updated', 'chunks'] as const;
export type DocumentOrder = (typeof documentOrders)[number];

export interface DocumentQuery {
  readonly state?: DocumentState;
  /** Only documents whose id begins so: a folder, or a source's name and `:`. */
  readonly prefix?: string;
  /** None: in no order that means anything, which reads no more of the manifest than it lists. */
  readonly sort?: DocumentOrder;
  /** How many at most, 1–10,000. */
  readonly limit: number;
}

export interface DocumentLine {
  readonly documentId: string;
  readonly state: DocumentState;
  readonly reason: ManifestEntry['reason'];
  readonly chunks: number;
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** Entries read at once. */
const pageSize = 5_000;

/**
 * Documents of the live generation. The manifest is kept in an order of its own: a prefix or an order reads it page by
 * page, and keeps no more than a page beyond what is listed.
 */
export async function listDocuments(
  store: Store,
  corpus: Corpus,
  { state, prefix = '', sort, limit }: DocumentQuery,
): Promise<readonly DocumentLine[]> {
  const isWhole = prefix !== '' || sort !== undefined;
  const size = isWhole ? pageSize : limit;
  let listed: DocumentLine[] = [];
  for (let after: DocumentKey | undefined; ; ) {
    const page = await store.manifest.list(liveRef(corpus), {
      limit: size,
      ...(state && { states: [state] }),
      ...(after !== undefined && { after, stale: true }),
    });
    listed.push(...page.map(lineOf).filter(({ documentId }) => documentId.startsWith(prefix)));
    if (sort !== undefined) listed.sort(comparisons[sort]);
    listed = listed.slice(0, limit);
    const last = page.at(-1);
    const isFull = sort === undefined && listed.length === limit;
    if (last === undefined || page.length < size || isFull) return listed;
    after = documentKeyOf(last.documentId);
  }
}

function lineOf({ documentId, state, reason, chunkCount, updatedAt }: ManifestEntry): DocumentLine {
  return { documentId, state, reason, chunks: chunkCount, updatedAt };
}

type Comparison = (one: DocumentLine, other: DocumentLine) => number;

const byId: Comparison = (one, other) =>
  one.documentId < other.documentId ? -1 : Number(one.documentId > other.documentId);

const comparisons: Readonly<Record<DocumentOrder, Comparison>> = {
  id: byId,
  updated: (one, other) => Date.parse(other.updatedAt) - Date.parse(one.updatedAt) || byId(one, other),
  chunks: (one, other) => other.chunks - one.chunks || byId(one, other),
};
