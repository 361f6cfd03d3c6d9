import { abstainMarker } from './prompt/answer-prompt.ts';

/** Holds back the start of a streamed answer until it is clear whether it is the abstain marker. */
export interface AbstainFilter {
  /** @returns text that may be shown now; empty while in doubt, and after the marker. */
  push(delta: string): string;
  /** At the end of the stream. */
  end(): { readonly abstained: boolean; readonly rest: string };
}

/** White space and quotes around the marker are passed over, as models add them. */
export function createAbstainFilter(): AbstainFilter {
  let held = '';
  let state: 'in-doubt' | 'answering' | 'abstained' = 'in-doubt';
  return {
    push(delta) {
      if (state === 'answering') return delta;
      if (state === 'abstained') return '';
      held += delta;
      const start = held.replace(/^[\s"'`*.]+/, '');
      if (start.startsWith(abstainMarker)) state = 'abstained';
      if (state === 'abstained' || abstainMarker.startsWith(start)) return '';
      state = 'answering';
      return held;
    },
    end() {
      return { abstained: state === 'abstained', rest: state === 'in-doubt' ? held : '' };
    },
  };
}

/** Whether a text ends in the abstain marker, as where a model explains first why it has no answer. */
export function endsInMarker(text: string): boolean {
  return text.replace(/(?<![\s"'`*.。])[\s"'`*.。]+$/, '').endsWith(abstainMarker);
}
