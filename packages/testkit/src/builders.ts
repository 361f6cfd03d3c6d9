import {
  type Corpus,
  type CorpusName,
  chunkIdOf,
  type DocumentId,
  type DocumentRevision,
  embeddingKeyOf,
  type GenerationRef,
  type IndexedChunk,
  type IngestUsage,
  type Metadata,
  type NewRevision,
  noUsage,
  parseCorpusName,
  type Run,
  type RunId,
  type Sha256,
  sha256,
} from '@winnow/core';
import { seedOf, unitVector } from './random.ts';

/** Length of the vectors that {@link chunkOf} makes unless told otherwise. */
export const testDimensions = 8;

/** A document id out of plain text, for tests. */
export function documentIdOf(text: string): DocumentId {
  return text as DocumentId;
}

export function runIdOf(text: string): RunId {
  return text as RunId;
}

export function corpusOf(name: string, dimensions: number = testDimensions): Corpus {
  return {
    name: parseCorpusName(name),
    settings: {
      source: { kind: 'folder', path: '/corpus', include: ['**/*'], exclude: [] },
      language: 'auto',
      embedder: 'test',
      chunking: { targetTokens: 128, overlapRatio: 0.1 },
    },
    generation: 1,
    fingerprint: 'test-fingerprint',
    dimensions,
    createdAt: '2026-01-02T03:04:05.000Z',
  };
}

export function generationOf(corpus: CorpusName, generation = 1): GenerationRef {
  return { corpus, generation };
}

export function runOf(runId: string, corpus: CorpusName, overrides: Partial<Run> = {}): Run {
  return {
    runId: runIdOf(runId),
    corpus,
    generation: 1,
    state: 'planning',
    changes: { new: 0, changed: 0, unchanged: 0, deleted: 0 },
    reason: null,
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: null,
    ...overrides,
  };
}

/** A version to accept; its hash is that of `content`. */
export function newRevisionOf(documentId: string, overrides: Partial<NewRevision> = {}): NewRevision {
  return {
    documentId: documentIdOf(documentId),
    contentHash: contentHashOf(documentId),
    location: { path: documentId },
    lane: 0,
    reason: null,
    ...overrides,
  };
}

export function contentHashOf(content: string): Sha256 {
  return sha256(content);
}

export interface ChunkOptions {
  readonly start?: number;
  readonly headings?: readonly string[];
  readonly terms?: readonly string[];
  readonly modelTokens?: readonly string[];
  readonly dimensions?: number;
  /** Made of the text unless given, so that equal texts have equal vectors. */
  readonly vector?: Float32Array;
}

/** A chunk with everything that follows from its text. */
export function chunkOf(
  documentId: DocumentId,
  position: number,
  text: string,
  options: ChunkOptions = {},
): IndexedChunk {
  const start = options.start ?? 0;
  const terms = options.terms ?? termsOf(text);
  return {
    chunkId: chunkIdOf(documentId, position, text),
    position,
    start,
    end: start + text.length,
    headings: options.headings ?? [],
    text,
    tokenCount: terms.length,
    terms,
    modelTokens: options.modelTokens ?? [...new Set(terms)],
    embeddingKey: embeddingKeyOf('test-model', text),
    vector: options.vector ?? unitVectorOf(text, options.dimensions),
  };
}

export interface RevisionOptions {
  readonly title?: string;
  readonly metadata?: Metadata;
  readonly contentHash?: Sha256;
  readonly usage?: IngestUsage;
  readonly dimensions?: number;
}

/** A version to commit, one chunk per text, the texts one after another. */
export function revisionOf(
  documentId: string,
  revision: number,
  chunks: readonly (string | IndexedChunk)[],
  options: RevisionOptions = {},
): DocumentRevision {
  const id = documentIdOf(documentId);
  let start = 0;
  const built = chunks.map((chunk, position) => {
    if (typeof chunk !== 'string') return chunk;
    const made = chunkOf(id, position, chunk, { start, dimensions: options.dimensions ?? testDimensions });
    start = made.end + 1;
    return made;
  });
  return {
    documentId: id,
    revision,
    title: options.title ?? `Title of ${documentId}`,
    metadata: options.metadata ?? {},
    contentHash: options.contentHash ?? contentHashOf(documentId),
    chunks: built,
    usage: options.usage ?? { ...noUsage, embedded: built.length, modelCalls: 1, tokens: 10 * built.length },
  };
}

/** The vector that {@link chunkOf} gives to this text. */
export function unitVectorOf(text: string, dimensions: number = testDimensions): Float32Array {
  return unitVector(seedOf(text), dimensions);
}

/**
 * Search terms for tests that do not take the text package along: lower-case words, each Han character
 * and everything else that is not white space on its own.
 */
export function termsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
}
