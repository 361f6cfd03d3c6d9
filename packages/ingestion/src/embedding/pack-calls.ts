import type { Embedder } from '@winnow/core';

/** What one call may hold. */
export type CallLimits = Pick<Embedder, 'maxTextsPerCall' | 'maxTokensPerCall'>;

/**
 * Groups texts into calls, longest first, so that texts of one call are about as long as each other and little
 * is padding. Every text is in one call; a text above the token limit goes alone.
 */
export function packCalls<Text extends { readonly tokenCount: number }>(
  texts: readonly Text[],
  { maxTextsPerCall, maxTokensPerCall }: CallLimits,
): readonly (readonly Text[])[] {
  const calls: Text[][] = [];
  let call: Text[] = [];
  let tokens = 0;
  for (const text of [...texts].sort((one, other) => other.tokenCount - one.tokenCount)) {
    const isFull = call.length === maxTextsPerCall || tokens + text.tokenCount > maxTokensPerCall;
    if (call.length > 0 && isFull) {
      calls.push(call);
      call = [];
      tokens = 0;
    }
    call.push(text);
    tokens += text.tokenCount;
  }
  return call.length === 0 ? calls : [...calls, call];
}
