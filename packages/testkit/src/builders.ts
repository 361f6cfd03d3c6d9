import {
  type Corpus,
  type CorpusId,
  type CorpusName,
  chunkIdOf,
  corpusDefaults,
  corpusVersion,
  type DocumentId,
  type DocumentRevision,
  embeddingKeyOf,
  type Generation,
  type IndexedChunk,
  type IngestUsage,
  laneCount,
  liveRef,
  type Metadata,
  makingOf,
  type NewRevision,
  noChanges,
  noCounts,
  noUsage,
  type Place,
  parseCorpusName,
  physicalNameOf,
  type Run,
  type RunId,
  runVersion,
  type Sha256,
  type SourceId,
  sha256,
  type TokenVectors,
  unread,
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

export const testSource = 'main' as SourceId;

/**
 * A corpus with one folder and one generation; the same name gives the same corpus.
 * @param incarnation tells corpora of one name apart that are made one after the other: each has an id of its own.
 */
export function corpusOf(name: string, dimensions: number = testDimensions, incarnation = ''): Corpus {
  const corpus = parseCorpusName(name);
  const corpusId = `id${sha256(`${name} ${dimensions}${incarnation}`).slice(0, 10)}` as CorpusId;
  return {
    ...corpusDefaults,
    version: corpusVersion,
    corpusId,
    name: corpus,
    sources: [
      {
        sourceId: testSource,
        prefix: '',
        settings: { kind: 'folder', path: '/corpus', include: ['**/*'], exclude: [] },
      },
    ],
    language: 'auto',
    generations: [generationOf(corpus, corpusId, 1, dimensions)],
    liveGeneration: 1,
    buildingGeneration: null,
    lastGeneration: 1,
    activeRuns: {},
    deletingSince: null,
    createdAt: '2026-01-02T03:04:05.000Z',
  };
}

/** What a test's documents are made with. */
export const testMaking = makingOf({ parser: 'test', chunker: 'test', analysis: 'test' });

export function generationOf(
  name: CorpusName,
  corpusId: CorpusId,
  number = 1,
  dimensions: number = testDimensions,
): Generation {
  return {
    number,
    physicalName: physicalNameOf(name, corpusId, number),
    state: number === 1 ? 'live' : 'building',
    embedder: 'test',
    dimensions,
    chunking: { targetTokens: 128, overlapRatio: 0.1 },
    fingerprints: { parser: 'test', chunker: 'test', analysis: 'test', embedder: 'test-model' },
    ...unread,
    builtFrom: number === 1 ? null : number - 1,
    createdAt: '2026-01-02T03:04:05.000Z',
  };
}

/** A planning run of a corpus' live generation. */
export function runOf(runId: string, corpus: Corpus, overrides: Partial<Run> = {}): Run {
  const { corpus: name, generation, physicalName } = liveRef(corpus);
  return {
    version: runVersion,
    runId: runIdOf(runId),
    kind: 'sync',
    corpus: name,
    corpusId: corpus.corpusId,
    generation,
    physicalName,
    scope: null,
    remake: false,
    state: 'planning',
    waiting: null,
    waited: [],
    plan: { phase: 'scan', step: 0, source: 0, after: null, listed: 0, uncovered: [], gone: 0 },
    changes: noChanges,
    withheld: null,
    approvedDeletions: null,
    budget: null,
    bound: null,
    counts: noCounts,
    chains: Array.from({ length: laneCount }, () => 1),
    inbox: null,
    reason: null,
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: null,
    ...overrides,
  };
}

/** A version to accept over none; its hash is that of its id. */
export function newRevisionOf(documentId: string, overrides: Partial<NewRevision> = {}): NewRevision {
  return {
    documentId: documentIdOf(documentId),
    sourceId: testSource,
    over: 0,
    contentHash: contentHashOf(documentId),
    bytes: documentId.length,
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
  readonly place?: Place;
  readonly terms?: readonly string[];
  readonly modelTokens?: readonly string[];
  readonly dimensions?: number;
  /** Made of the text unless given, so that equal texts have equal vectors. */
  readonly vector?: Float32Array;
  /** None unless given. */
  readonly tokenVectors?: TokenVectors;
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
    ...options.place,
    tokenCount: terms.length,
    terms,
    modelTokens: options.modelTokens ?? [...new Set(terms)],
    embeddingKey: embeddingKeyOf('test-model', text),
    vector: options.vector ?? unitVectorOf(text, options.dimensions),
    ...(options.tokenVectors !== undefined && { tokenVectors: options.tokenVectors }),
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
    making: testMaking,
    chunks: built,
    usage: options.usage ?? { ...noUsage, embedded: built.length, modelCalls: 1, tokens: 10 * built.length },
  };
}

/** The vector that {@link chunkOf} gives to this text. */
export function unitVectorOf(text: string, dimensions: number = testDimensions): Float32Array {
  return unitVector(seedOf(text), dimensions);
}

/** Bytes for a text that stand for its token vectors: every byte that there is, in an order of the text's own. */
export function tokenVectorsOf(text: string): TokenVectors {
  const seed = seedOf(text);
  return Uint8Array.from({ length: 300 }, (_, index) => index + seed);
}

/**
 * Search terms for tests that do not take the text package along: lower-case words, each Han character
 * and everything else that is not white space on its own.
 */
export function termsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/\p{Script=Han}|[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu) ?? [];
}
