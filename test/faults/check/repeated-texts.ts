import type { Provider } from '../scene/provider.ts';
import type { Trouble } from '../schedule/disturb.ts';

/** What was embedded more than once. */
export interface RepeatedTexts {
  readonly texts: number;
  /** Calls for a text that had been asked for before. */
  readonly repeats: number;
  /** Texts that were asked for again though nothing had been in trouble since. */
  readonly unexcused: readonly string[];
}

/** A result may be lost shortly after it came: what is done with it is on its way for so long. */
const aftermathMs = 5_000;

/** @param offsetMs what the history's clock is behind that of the provider. */
export function repeatedTexts(
  { asked }: Pick<Provider, 'asked'>,
  troubles: readonly Trouble[],
  offsetMs: number,
): RepeatedTexts {
  const unexcused: string[] = [];
  let repeats = 0;
  for (const [text, times] of asked) {
    for (const [at, time] of times.entries()) {
      const before = times[at - 1];
      if (before === undefined) continue;
      repeats += 1;
      const isExcused = troubles.some(
        ({ begunAt, healedAt }) => begunAt + offsetMs <= time && healedAt + offsetMs + aftermathMs >= before,
      );
      if (!isExcused) unexcused.push(text);
    }
  }
  return { texts: asked.size, repeats, unexcused };
}
