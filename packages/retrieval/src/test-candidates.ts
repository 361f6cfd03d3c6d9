import type { ChunkId, DocumentId, StoredChunk } from '@winnow/core';
import type { ContextSource } from './answer/answer-event.ts';
import type { Candidate } from './search/candidate.ts';

/** A stored chunk for tests; its offsets follow from its text. */
export function storedChunk(chunkId: string, overrides: Partial<StoredChunk> = {}): StoredChunk {
  const text = overrides.text ?? `text of ${chunkId}`;
  const start = overrides.start ?? 0;
  return {
    chunkId: chunkId as ChunkId,
    documentId: `document of ${chunkId}` as DocumentId,
    title: '',
    metadata: {},
    position: 0,
    headings: [],
    text,
    start,
    end: start + text.length,
    tokenCount: 1,
    ...overrides,
  };
}

/** A candidate as it leaves fusion, for tests. */
export function candidateOf(chunkId: string, score: number, text?: string): Candidate {
  return {
    chunk: storedChunk(chunkId, text === undefined ? {} : { text }),
    score,
    stages: { bm25: null, dense: null, fused: { rank: 1, score }, rerank: null },
    judgement: null,
  };
}

/** A source of an answer for tests; its offsets follow from its text, its rank from its number. */
export function contextSource(
  n: number,
  overrides: Partial<Omit<ContextSource, 'documentId'>> & { readonly documentId?: string } = {},
): ContextSource {
  const { documentId = `d${n}`, text = `Text ${n}.`, ...others } = overrides;
  return {
    n,
    documentId: documentId as DocumentId,
    chunkId: `c${n}` as ChunkId,
    position: 0,
    rank: n,
    title: '',
    headings: [],
    text,
    start: 0,
    end: text.length,
    ...others,
  };
}
