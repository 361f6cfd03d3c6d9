/** Leaves out what a model thinks before it answers. */
export interface ThoughtFilter {
  /** @returns what belongs to the answer for certain; the rest is kept back for the next call. */
  add(piece: string): string;
  /** What was kept back, at the end of the text. */
  rest(): string;
}

const opening = '<think>';
const closing = '</think>';

/**
 * Reasoning models write `<think>…</think>` before their answer, and servers that do not know the model pass it
 * on as text. Only at the very beginning: further on it may be quoted. White space before the answer goes too.
 * @param begun whether the prompt has opened the thoughts already.
 * @see https://api-docs.deepseek.com/guides/reasoning_model
 */
export function createThoughtFilter(begun = false): ThoughtFilter {
  let kept = '';
  let state: 'before' | 'thinking' | 'answering' = begun ? 'thinking' : 'before';

  /** @returns whether the answer has begun. */
  const step = (): boolean => {
    kept = kept.trimStart();
    if (state === 'before' && kept.startsWith(opening)) state = 'thinking';
    if (state === 'thinking') {
      const end = kept.indexOf(closing);
      if (end < 0) {
        kept = kept.slice(-(closing.length - 1));
        return false;
      }
      kept = kept.slice(end + closing.length).trimStart();
      state = 'before';
    }
    if (!opening.startsWith(kept)) state = 'answering';
    return state === 'answering';
  };

  const rest = () => {
    const answer = state === 'thinking' ? '' : kept;
    kept = '';
    return answer;
  };

  return {
    add(piece) {
      if (state === 'answering') return piece;
      kept += piece;
      return step() ? rest() : '';
    },
    rest,
  };
}
