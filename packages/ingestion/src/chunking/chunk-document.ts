import {
  type Chunk,
  type Chunking,
  chunkIdOf,
  type DocumentId,
  type ParsedDocument,
  type Tokenizer,
} from '@winnow/core';
import { embeddingTextOf, headingPathOf } from '@winnow/text';
import { groupSections } from './group-sections.ts';
import { measure } from './measure.ts';
import { packSegments } from './pack-segments.ts';
import { halveSegment, type Segment } from './segment-block.ts';

/** Grows with every change of what {@link chunkDocument} returns; part of an index' fingerprint. */
export const chunkerVersion = 1;

/** Tokens kept free in every chunk for special tokens and a prompt such as `passage: `. */
export const reservedTokens = 8;
/** Text gets at least this much of a chunk, however long title and headings are. */
const minTextTokens = 8;

export interface ChunkLimits {
  readonly chunking: Chunking;
  /** The embedding model's limit, special tokens included; ≥ 256, as all models we know have. */
  readonly maxTokens: number;
}

export interface ChunkOptions extends ChunkLimits {
  readonly documentId: DocumentId;
  readonly tokenizer: Tokenizer;
}

/** A chunk with the distinct model tokens of what is embedded, where the tokenizer tells them. */
export interface TokenizedChunk extends Chunk {
  readonly modelTokens: readonly string[];
}

/**
 * Splits a document by its structure: sections by headings, then sentences, list items and lines, with code
 * blocks and tables whole where they fit; a chunk repeats the last sentences of the one before it, within a
 * section only. A chunk never reaches over two pages, slides or sheets. Chunks are in order, `text.slice(start, end) === chunk.text`, and every visible character
 * of every block is in at least one.
 *
 * Chunks aim at `chunking.targetTokens`; a path of headings longer than half of that makes them longer. None
 * has more than `maxTokens - reservedTokens` tokens, counted over what is embedded. Linear in the text.
 */
export function chunkDocument(document: ParsedDocument, options: ChunkOptions): readonly TokenizedChunk[] {
  const { tokenizer, chunking, documentId } = options;
  const fit = pathFitter(document.title, options);
  const chunks: TokenizedChunk[] = [];
  for (const section of groupSections(document, { tokenizer, roomUnder: (path) => fit(path).room })) {
    const { headings, room } = fit(section.headings);
    const limits = { maxTokens: room, overlapTokens: Math.floor(chunking.overlapRatio * room) };
    for (const [first, last] of packSegments(section.segments, limits)) {
      const segments = section.segments.slice(first, last + 1);
      for (const chunk of buildChunks(document, headings, segments, options)) {
        const position = chunks.length;
        const chunkId = chunkIdOf(documentId, position, chunk.text);
        chunks.push({ ...chunk, ...section.place, position, chunkId });
      }
    }
  }
  return chunks;
}

interface FittedPath {
  /** As given, or none where they would take more than half of what the model takes in. */
  readonly headings: readonly string[];
  /** Tokens left for text. */
  readonly room: number;
}

/** Keeps its last answer: blocks under one path follow each other. */
function pathFitter(title: string, { chunking, maxTokens, tokenizer }: ChunkOptions) {
  const limit = maxTokens - reservedTokens;
  const target = Math.min(chunking.targetTokens, maxTokens) - reservedTokens;
  let lastPath: string | null = null;
  let last: FittedPath = { headings: [], room: target };
  return (headings: readonly string[]): FittedPath => {
    const path = headingPathOf(title, headings);
    if (path === lastPath) return last;
    const pathTokens = tokenizer.count(path);
    const isTooLong = headings.length > 0 && pathTokens > limit / 2;
    const tokens = isTooLong ? tokenizer.count(headingPathOf(title, [])) : pathTokens;
    const room = Math.max(target - tokens, Math.min(target / 2, limit - tokens));
    lastPath = path;
    last = { headings: isTooLong ? [] : headings, room: Math.max(minTextTokens, Math.floor(room)) };
    return last;
  };
}

/**
 * One chunk of these segments, or several where the exact count, taken once over the joined text, comes out
 * over the model's limit after all (markup in between, tokens that differ at the seams).
 */
function* buildChunks(
  document: ParsedDocument,
  headings: readonly string[],
  segments: readonly Segment[],
  options: ChunkOptions,
): Generator<Omit<TokenizedChunk, 'position' | 'chunkId'>> {
  const [first] = segments;
  const last = segments.at(-1);
  if (first === undefined || last === undefined) return;
  const range = { start: first.start, end: last.end };
  const text = document.text.slice(range.start, range.end);
  const measured = measure(embeddingTextOf(document.title, { headings, text }), options.tokenizer);
  const isTooLong = measured.tokenCount > options.maxTokens - reservedTokens;
  const parts = isTooLong ? halve(document.text, segments, options.tokenizer) : [];
  if (parts.length < 2) yield { ...range, headings, text, ...measured };
  else for (const part of parts) yield* buildChunks(document, headings, part, options);
}

/** Two lists of segments, cutting the only one if there is no other; less than two where nothing can be cut. */
function halve(
  text: string,
  segments: readonly Segment[],
  tokenizer: Tokenizer,
): readonly (readonly Segment[])[] {
  const [only] = segments;
  if (segments.length === 1 && only !== undefined) {
    return halveSegment(text, only, tokenizer).map((half) => [half]);
  }
  const middle = segments.length >> 1;
  return [segments.slice(0, middle), segments.slice(middle)];
}
