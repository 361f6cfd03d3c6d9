import type { ChunkId, DocumentId } from '@winnow/core';
import type { ContextSource } from './answer/answer-event.ts';

/** What a test says of a source. */
export type TestSource = Partial<ContextSource> & { readonly text: string };

/** Sources as a search hands them on, each of a document of its own unless it says otherwise; best first. */
export function sourcesOf(...parts: readonly TestSource[]): readonly ContextSource[] {
  return parts.map((part, index) => ({
    n: index + 1,
    rank: index + 1,
    documentId: `d${index + 1}` as DocumentId,
    chunkId: `c${index + 1}` as ChunkId,
    position: 0,
    title: '',
    headings: [],
    start: 0,
    end: part.text.length,
    ...part,
  }));
}
