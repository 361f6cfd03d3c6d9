/**
 * Ends a text before the first of some texts at which the model should have stopped. The first is the one that is whole
 * first, and of two that end together the longer: so the answer does not depend on the pieces in which a text comes.
 */
export interface StopTexts {
  /** @returns what is certain not to be part of a stop text; the rest is kept back for the next call. */
  add(piece: string): string;
  /** True once a stop text was seen: nothing comes after it. */
  readonly stopped: boolean;
  /** What was kept back and turned out to be no stop text. */
  rest(): string;
}

/** @param stops none of them empty. */
export function createStopTexts(stops: readonly string[]): StopTexts {
  let kept = '';
  let stopped = false;
  return {
    add(piece) {
      if (stopped) return '';
      const text = kept + piece;
      const found = firstStop(text, stops);
      stopped = found !== undefined;
      const end = found ?? text.length - begunStop(text, stops);
      kept = stopped ? '' : text.slice(end);
      return text.slice(0, end);
    },
    get stopped() {
      return stopped;
    },
    rest() {
      const rest = kept;
      kept = '';
      return rest;
    },
  };
}

/** Where the stop text begins that is whole first; undefined if there is none. */
function firstStop(text: string, stops: readonly string[]): number | undefined {
  const found = stops
    .map((stop) => ({ from: text.indexOf(stop), length: stop.length }))
    .filter(({ from }) => from >= 0)
    .sort((a, b) => a.from + a.length - (b.from + b.length) || a.from - b.from);
  return found[0]?.from;
}

/** Length of the longest end of the text that a stop text begins with. */
function begunStop(text: string, stops: readonly string[]): number {
  const longest = Math.max(0, ...stops.map((stop) => stop.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length--) {
    const end = text.slice(-length);
    if (stops.some((stop) => stop.startsWith(end))) return length;
  }
  return 0;
}
