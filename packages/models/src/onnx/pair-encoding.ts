import type { LocalRerankRow } from '../registry/model-row.ts';

/** A query and a stretch of a passage as a cross-encoder takes them. */
interface EncodedPair {
  readonly ids: readonly number[];
  readonly segments: readonly number[];
}

export interface PairEncoding {
  /** One pair, or several windows over a passage that is too long for one. */
  readonly windows: readonly EncodedPair[];
  /** Tokens of the query that are in no window. */
  readonly cutQueryTokens: number;
  /** Tokens of the passage that are in no window. */
  readonly cutPassageTokens: number;
}

/** What of a model decides how pairs are written. */
export interface PairFormat {
  readonly family: LocalRerankRow['family'];
  readonly maxTokens: number;
  /** `[CLS]` or `<s>`. */
  readonly first: number;
  /** `[SEP]` or `</s>`. */
  readonly last: number;
}

/** Neighbouring windows share this part, so that a sentence cut in one is whole in the other. */
const overlap = 0.25;
/** A passage of 512-token windows has about 6,000 tokens then: more than any chunk. */
const maxWindows = 16;
/** A query may take this part of the input; the passage gets the rest. */
const maxQueryPart = 0.5;

/**
 * Writes a pair for a cross-encoder. Only the passage is divided; a query that takes more than half of the
 * input loses its end.
 * @param query token ids without special tokens.
 * @param passage token ids without special tokens; may be empty.
 */
export function encodePair(
  query: readonly number[],
  passage: readonly number[],
  format: PairFormat,
): PairEncoding {
  const specials = format.family === 'bert' ? 3 : 4;
  const room = format.maxTokens - specials;
  const keptQuery = query.slice(0, Math.floor(room * maxQueryPart));
  const size = room - keptQuery.length;
  const step = Math.max(1, Math.floor(size * (1 - overlap)));
  const windows: EncodedPair[] = [];
  let end = 0;
  for (let start = 0; windows.length < maxWindows; start += step) {
    end = Math.min(start + size, passage.length);
    windows.push(writePair(keptQuery, passage.slice(start, end), format));
    if (end === passage.length) break;
  }
  const cutQueryTokens = query.length - keptQuery.length;
  return { windows, cutQueryTokens, cutPassageTokens: passage.length - end };
}

function writePair(query: readonly number[], passage: readonly number[], format: PairFormat): EncodedPair {
  const { first, last } = format;
  if (format.family === 'xlm-roberta') {
    const ids = [first, ...query, last, last, ...passage, last];
    return { ids, segments: ids.map(() => 0) };
  }
  const ids = [first, ...query, last, ...passage, last];
  return { ids, segments: ids.map((_, index) => (index < query.length + 2 ? 0 : 1)) };
}
