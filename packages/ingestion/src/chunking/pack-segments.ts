import type { Segment } from './segment-block.ts';

export interface PackLimits {
  /** Tokens that a chunk's segments may have together, ≥ 1. */
  readonly maxTokens: number;
  /** Tokens a chunk may repeat of the one before it. */
  readonly overlapTokens: number;
}

/**
 * Groups the segments of one section into chunks of about equal size, as few as fit, each repeating whole
 * segments from the end of the one before it. Every segment is in at least one chunk; order is kept.
 *
 * @param segments none has more than `maxTokens`, but for single characters.
 * @returns first and last index (inclusive) of each chunk's segments.
 */
export function packSegments(
  segments: readonly Segment[],
  limits: PackLimits,
): readonly (readonly [first: number, last: number])[] {
  const goal = goalOf(segments, limits);
  const chunks: [number, number][] = [];
  let first = 0;
  let tokens = 0;
  for (const [index, segment] of segments.entries()) {
    const isFull = tokens >= goal || tokens + segment.tokens > limits.maxTokens;
    if (index > 0 && isFull) {
      chunks.push([first, index - 1]);
      const overlap = overlapBefore(segments, first, index, limits);
      first = index - overlap.count;
      tokens = overlap.tokens;
    }
    tokens += segment.tokens;
  }
  if (segments.length > 0) chunks.push([first, segments.length - 1]);
  return chunks;
}

/** The size at which chunks come out even, so that no short tail is left. */
function goalOf(segments: readonly Segment[], { maxTokens, overlapTokens }: PackLimits): number {
  const total = segments.reduce((sum, segment) => sum + segment.tokens, 0);
  if (total <= maxTokens) return total;
  const count = Math.ceil((total - overlapTokens) / Math.max(1, maxTokens - overlapTokens));
  return (total + (count - 1) * overlapTokens) / count;
}

/** The segments before `index` that are short enough together, leaving room for the one at `index`. */
function overlapBefore(
  segments: readonly Segment[],
  first: number,
  index: number,
  { maxTokens, overlapTokens }: PackLimits,
): { readonly count: number; readonly tokens: number } {
  const room = Math.min(overlapTokens, maxTokens - (segments[index]?.tokens ?? 0));
  let count = 0;
  let tokens = 0;
  // A chunk never repeats all of the one before it.
  for (let at = index - 1; at > first; at--) {
    const next = tokens + (segments[at]?.tokens ?? 0);
    if (next > room) break;
    tokens = next;
    count++;
  }
  return { count, tokens };
}
