import type { Tokenizer } from '@winnow/core';
import type { TokenizedChunk } from './chunk-document.ts';

/** Size and distinct model tokens of what is embedded of a chunk. */
export function measure(
  text: string,
  tokenizer: Tokenizer,
): Pick<TokenizedChunk, 'tokenCount' | 'modelTokens'> {
  const tokens = tokenizer.tokens(text);
  // A tokenizer that only estimates has no token strings.
  return { tokenCount: tokens.length || tokenizer.count(text), modelTokens: [...new Set(tokens)] };
}
