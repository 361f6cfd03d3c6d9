import {
  type DocumentRevision,
  type IndexedChunk,
  type NewRevision,
  noUsage,
  type Tokenizer,
} from '@winnow/core';
import { embeddingTextOf, searchTerms } from '@winnow/text';
import { type DocumentLine, unknownHash } from './archive-format.ts';
import type { ArchivedDocument } from './read-archive.ts';

/** What is made anew of an archived text. */
export interface Remaking {
  /** Version of the analysis that makes search terms. */
  readonly analysis: string;
  /**
   * Tells the model's tokens; `none` for a model that has no tokens to tell, `unavailable` for one that cannot be had
   * now.
   */
  readonly tokenizer: Tokenizer | 'none' | 'unavailable';
}

/** Made by nothing that there is, so that a plan names the document as one to be made anew. */
const incompleteMaking = 'incomplete';

/** The version of an archived document that can be searched, or its failure where there is none. */
export function firstRevision(line: DocumentLine): NewRevision {
  const reason = line.live === null ? reasonOf(line) : null;
  return { ...common(line), over: 0, reason };
}

/** The newer version that failed, over the one that can be searched. */
export function failedRevision(line: DocumentLine): NewRevision {
  return { ...common(line), over: 1, reason: reasonOf(line) };
}

function common({ documentId, sourceId, contentHash, bytes, location }: DocumentLine) {
  // Lanes are for documents that workers take up: these are never pending for long.
  return { documentId, sourceId, contentHash: contentHash ?? unknownHash, bytes, location, lane: 0 };
}

function reasonOf({ failed }: DocumentLine): NewRevision['reason'] {
  return failed === null ? null : { code: failed.code, message: failed.message };
}

/** What is committed of an archived document: vectors as they were, terms and tokens made of its texts. */
export function revisionOf({ line, chunks }: ArchivedDocument, remaking: Remaking): DocumentRevision {
  const { title = '', metadata = {}, making = '' } = line.live ?? {};
  return {
    documentId: line.documentId,
    revision: 1,
    title,
    metadata,
    contentHash: line.contentHash ?? unknownHash,
    making: remaking.tokenizer === 'unavailable' ? incompleteMaking : withAnalysis(making, remaking.analysis),
    chunks: chunks.map((chunk): IndexedChunk => {
      const text = embeddingTextOf(title, chunk);
      return { ...chunk, terms: searchTerms(text), modelTokens: tokensOf(text, remaking.tokenizer) };
    }),
    usage: { ...noUsage, reused: chunks.length },
  };
}

function tokensOf(text: string, tokenizer: Remaking['tokenizer']): readonly string[] {
  return typeof tokenizer === 'string' ? [] : [...new Set(tokenizer.tokens(text))];
}

/** What made a document, were its search terms made by this version; see `makingOf`. */
function withAnalysis(making: string, analysis: string): string {
  const parts = making.split('.');
  return parts.length === 3 ? [parts[0], parts[1], analysis].join('.') : making;
}
