import type { Block, Tokenizer } from '@winnow/core';
import { halvesOf, linesIn, sentencesIn, type TextRange, trimmed } from './split-text.ts';

/** The smallest piece that chunks are made of: a sentence, a line, a whole table; no white space around. */
export interface Segment extends TextRange {
  /** What it adds to a chunk, in tokens, with the markup before it. */
  readonly tokens: number;
  readonly isHeading: boolean;
}

/** A text longer than this many UTF-16 code units per token is cut although its tokens would fit. */
const maxUnitsPerToken = 12;

type Splitter = (text: string, range: TextRange) => readonly TextRange[];

/** How each kind of block is cut, the gentlest way first; what is still too long is halved. */
const splitters: Readonly<Record<Block['kind'], readonly Splitter[]>> = {
  heading: [whole],
  paragraph: [sentencesIn],
  quote: [sentencesIn],
  list: [linesIn, sentencesIn],
  code: [whole, linesIn],
  table: [whole, linesIn],
};

/**
 * Cuts a block into segments of at most `maxTokens`, and of at most {@link maxUnitsPerToken} times that many
 * code units. Each stretch of text is counted a bounded number of times, so time is linear in its length.
 * @param maxTokens ≥ 1; only a single character may have more.
 */
export function* segmentBlock(
  text: string,
  block: Block,
  options: { readonly tokenizer: Tokenizer; readonly maxTokens: number },
): Generator<Segment> {
  yield* segmentRange(text, block, block, splitters[block.kind], options);
}

/** Cuts one segment into two, at the best place near its middle; itself if it is one character. */
export function halveSegment(text: string, segment: Segment, tokenizer: Tokenizer): readonly Segment[] {
  return halvesOf(text, segment)
    .map((half) => trimmed(text, half, false))
    .filter(({ start, end }) => start < end)
    .map((half) => ({ ...half, tokens: costOf(text, half, tokenizer), isHeading: segment.isHeading }));
}

function* segmentRange(
  text: string,
  block: Block,
  range: TextRange,
  left: readonly Splitter[],
  options: { readonly tokenizer: Tokenizer; readonly maxTokens: number },
): Generator<Segment> {
  const [splitter = halvesOf, ...others] = left;
  for (const part of splitter(text, range)) {
    const { start, end } = trimmed(text, part, block.kind === 'code');
    if (start === end) continue;
    const isShort = end - start <= maxUnitsPerToken * options.maxTokens;
    const tokens = isShort ? costOf(text, { start, end }, options.tokenizer) : Number.POSITIVE_INFINITY;
    if (tokens <= options.maxTokens || isOneCharacter(text, start, end)) {
      yield { start, end, tokens, isHeading: block.kind === 'heading' };
    } else {
      yield* segmentRange(text, block, { start, end }, others, options);
    }
  }
}

function whole(_text: string, range: TextRange): readonly TextRange[] {
  return [range];
}

/** At least 1, and more for long runs that a tokenizer takes as one unknown word. */
function costOf(text: string, range: TextRange, tokenizer: Tokenizer): number {
  const tokens = tokenizer.count(text.slice(range.start, range.end));
  return Math.max(1, tokens, Math.ceil((range.end - range.start) / maxUnitsPerToken));
}

function isOneCharacter(text: string, start: number, end: number): boolean {
  return end - start === 1 || (end - start === 2 && (text.codePointAt(start) ?? 0) > 0xffff);
}
