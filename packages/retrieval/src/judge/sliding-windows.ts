/** `order.slice(start, end)`. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * Passages a judge orders in one call, and how far the window moves on: each call carries the better half of
 * what it saw into the next. The values of RankGPT.
 * @see Sun et al. 2023, "Is ChatGPT Good at Search? Investigating Large Language Models as Re-Ranking Agents".
 */
export const largestWindow = { size: 20, step: 10 } as const;

/**
 * Windows over a ranking, from its end to its front; neighbours overlap by `size − step`.
 *
 * @param count passages, ≥ 1.
 * @param size ≥ 1.
 * @param step 1…size.
 */
export function slidingWindows(count: number, size: number, step: number): readonly Window[] {
  const windows: Window[] = [];
  for (let end = count; ; end -= step) {
    windows.push({ start: Math.max(0, end - size), end });
    if (end <= size) return windows;
  }
}

/** How far the window moves for a size: half of it, as with {@link largestWindow}. */
export function stepFor(size: number): number {
  return Math.max(1, size >> 1);
}
