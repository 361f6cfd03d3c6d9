import {
  AppError,
  chunkIdOf,
  type FailureReason,
  type KeptDocument,
  type Place,
  placeOf,
  type RawDocument,
  type Tokenizer,
} from '@winnow/core';
import { embeddingTextOf } from '@winnow/text';
import { reservedTokens, type TokenizedChunk } from './chunk-document.ts';
import { measure } from './measure.ts';

interface StoredText extends Place {
  readonly start: number;
  readonly end: number;
  readonly headings: readonly string[];
  readonly text: string;
}

/** What {@link readStoredContent} reads. */
export function storedContent({ chunks }: KeptDocument): Uint8Array {
  const texts = chunks.map((chunk): StoredText => {
    const { start, end, headings, text } = chunk;
    return { start, end, headings, text, ...placeOf(chunk) };
  });
  return new TextEncoder().encode(JSON.stringify(texts));
}

export type StoredChunks =
  | { readonly ok: true; readonly chunks: readonly TokenizedChunk[] }
  | { readonly ok: false; readonly reason: FailureReason };

/**
 * The chunks of a document as they were, with what another model's tokenizer says of them. One that the model cannot
 * take in whole is refused: it would be found by its beginning only.
 */
export function readStoredContent(
  { documentId, content, title }: RawDocument,
  { tokenizer, maxTokens }: { readonly tokenizer: Tokenizer; readonly maxTokens: number },
): StoredChunks {
  const chunks: TokenizedChunk[] = [];
  for (const [position, stored] of textsOf(content).entries()) {
    const { start, end, headings, text } = stored;
    const measured = measure(embeddingTextOf(title ?? '', { headings, text }), tokenizer);
    if (measured.tokenCount > maxTokens - reservedTokens) {
      const message = `chunk ${position} has ${measured.tokenCount} tokens, more than the model reads: build from the source, which splits it anew`;
      return { ok: false, reason: { code: 'refused_by_model', message } };
    }
    const chunkId = chunkIdOf(documentId, position, text);
    chunks.push({ chunkId, position, start, end, headings, text, ...placeOf(stored), ...measured });
  }
  return { ok: true, chunks };
}

function textsOf(content: Uint8Array): readonly StoredText[] {
  const texts: unknown = JSON.parse(new TextDecoder().decode(content));
  // Written by storedContent in this very process.
  if (Array.isArray(texts)) return texts as readonly StoredText[];
  throw new AppError('internal', 'the text of a stored document is no list');
}
