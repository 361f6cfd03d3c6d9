import type { ChunkId, DocumentId, StoredChunk } from '@winnow/core';
import type { Candidate } from './candidate.ts';

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
  };
}
