import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@winnow/core';
import type { FindingKind } from '@winnow/ingestion';
import type { ElasticsearchTampering } from './elasticsearch-tampering.ts';
import type { EmbeddedTampering } from './embedded-tampering.ts';
import type { Tampering } from './tampering.ts';

/** What is done to one document, and what is to be found. */
export interface Damage<Hand> {
  readonly what: string;
  readonly found: readonly FindingKind[];
  /** Found too, without the name of the document, which is lost. */
  readonly foundNameless?: readonly FindingKind[];
  /** @param source the folder of the documents. */
  do(hand: Hand, documentId: string, source: string): Promise<void>;
}

/** A document that nothing is done to, of which copies are made. */
export const model = 'sheets/00.md';
/** Of this many chunks. */
const chunksEach = 4;

export const damagesOfBoth: readonly Damage<Tampering>[] = [
  {
    what: 'one of its chunks is deleted',
    found: ['half'],
    do: (hand, id) => hand.loseChunk(id, 1),
  },
  {
    what: 'its last chunk is deleted',
    found: ['half'],
    do: (hand, id) => hand.loseChunk(id, chunksEach - 1),
  },
  {
    what: 'its manifest entry counts more chunks than it has',
    found: ['half'],
    do: (hand, id) => hand.changeEntry(id, { chunkCount: chunksEach + 3 }),
  },
  {
    what: 'its manifest entry counts fewer chunks than it has',
    found: ['half'],
    do: (hand, id) => hand.changeEntry(id, { chunkCount: 1 }),
  },
  {
    what: 'all its chunks are deleted',
    found: ['lost'],
    do: (hand, id) => hand.loseChunks(id),
  },
  {
    what: 'a chunk of it has no vector',
    found: ['wrong-vector'],
    do: (hand, id) => hand.loseVector(id, 2),
  },
  {
    what: 'its manifest entry is deleted',
    found: ['missing', 'orphan'],
    do: (hand, id) => hand.loseEntry(id),
  },
  {
    what: 'manifest entry and chunks are deleted',
    found: ['missing'],
    async do(hand, id) {
      await hand.loseChunks(id);
      await hand.loseEntry(id);
    },
  },
  {
    what: 'its manifest entry says that it is deleted',
    found: ['missing', 'orphan'],
    async do(hand, id) {
      await hand.changeEntry(id, { state: 'deleted', chunkCount: 0, liveRevision: null });
    },
  },
  {
    what: 'its manifest entry has the hash of another content',
    found: ['stale'],
    do: (hand, id) => hand.changeEntry(id, { contentHash: sha256('another content') }),
  },
  {
    what: 'a run that has ended left another version of it pending',
    found: ['unfinished'],
    do: (hand, id) => hand.changeEntry(id, { state: 'pending' }),
  },
  {
    what: 'a run that has ended accepted it, and nothing of it is in the index',
    found: ['unfinished'],
    async do(hand, id) {
      await hand.loseChunks(id);
      await hand.changeEntry(id, { state: 'pending', liveRevision: null, chunkCount: 0 });
    },
  },
  {
    what: 'it has another hash, and lost a chunk',
    found: ['half', 'stale'],
    async do(hand, id) {
      await hand.changeEntry(id, { contentHash: sha256('another content') });
      await hand.loseChunk(id, 0);
    },
  },
];

/** Of documents that are not at the source, and that no repair brings there. */
export const plantedInBoth: readonly Damage<Tampering>[] = [
  {
    what: 'an entry of the manifest that nobody has',
    found: ['lost', 'unlisted'],
    do: (hand, id) => hand.plantEntry(model, id),
  },
  {
    what: 'an entry of the manifest that is pending, and that nobody has',
    found: ['unfinished', 'unlisted'],
    do: (hand, id) => hand.plantEntry(model, id, { state: 'pending', liveRevision: null, chunkCount: 0 }),
  },
  {
    what: 'chunks of a document that nobody knows',
    found: ['orphan'],
    do: (hand, id) => hand.plantChunks(model, id),
  },
];

const dimensions = 384;

export const damagesOfEmbedded: readonly Damage<EmbeddedTampering>[] = [
  {
    what: 'a vector of it is all zeros',
    found: ['wrong-vector'],
    do: (hand, id) => hand.setVector(id, 0, bytesOf(new Float32Array(dimensions))),
  },
  {
    what: 'a vector of it is cut',
    found: ['wrong-vector'],
    do: (hand, id) => hand.setVector(id, 1, bytesOf(new Float32Array(dimensions - 1).fill(1))),
  },
  {
    what: 'a vector of it is cut within a number',
    found: ['wrong-vector'],
    do: (hand, id) => hand.setVector(id, 1, new Uint8Array(dimensions * 4 - 3).fill(1)),
  },
  {
    what: 'a vector of it is empty',
    found: ['wrong-vector'],
    do: (hand, id) => hand.setVector(id, 1, new Uint8Array()),
  },
  {
    what: 'a vector of it is no number',
    found: ['wrong-vector'],
    do: (hand, id) => hand.setVector(id, 3, bytesOf(new Float32Array(dimensions).fill(Number.NaN))),
  },
  {
    what: 'a vector of it is too long',
    found: ['wrong-vector'],
    do: (hand, id) => hand.setVector(id, 3, bytesOf(new Float32Array(dimensions).fill(1))),
  },
  {
    what: 'nothing says whose its chunks are',
    found: ['lost'],
    foundNameless: ['orphan'],
    do: (hand, id) => hand.loseOwner(id),
  },
  {
    what: 'its manifest entry is deleted, and nothing says whose its chunks are',
    found: ['missing'],
    foundNameless: ['orphan'],
    async do(hand, id) {
      await hand.loseOwner(id);
      await hand.loseEntry(id);
    },
  },
];

export const damagesOfElasticsearch: readonly Damage<ElasticsearchTampering>[] = [
  {
    what: 'a chunk of it belongs to an older writing',
    found: ['half', 'orphan'],
    do: (hand, id) => hand.changeVersion(id, 1, '0.0123456789abcdef'),
  },
  {
    what: 'a worker died between writing chunks of a newer version and making them live',
    found: ['unfinished'],
    do: (hand, id) => hand.breakOffCommit(id),
  },
];

/** Of the source itself. */
export const changedFiles: readonly Damage<unknown>[] = [
  {
    what: 'its file is written anew',
    found: ['stale'],
    do: (_, id, source) => writeFile(join(source, id), '# Anew\n\nThis page was written anew.\n'),
  },
  {
    what: 'its file is deleted',
    found: ['unlisted'],
    do: (_, id, source) => rm(join(source, id)),
  },
];

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer);
}
