import type { DocumentId, GenerationRef } from '@winnow/core';
import type { EvaluationMode } from '../evaluate.ts';

/** A document that a search has found, by its best passage. */
export interface FoundDocument {
  readonly documentId: DocumentId;
  readonly title: string;
  /** The beginning of that passage. */
  readonly text: string;
}

/** A generation, and how it is searched: by its own embedder, as users would search it; without reranking
 * unless that is the mode. */
export interface Contestant {
  readonly ref: GenerationRef;
  /** Name of the model. */
  readonly embedder: string;
  readonly dimensions: number;
  /**
   * @param options.chunks passages to rank documents by.
   * @returns distinct documents, best first.
   * @throws AppError also where the embedder does not answer: words alone would be another search.
   */
  search(
    query: string,
    options: { readonly mode: EvaluationMode; readonly chunks: number },
    signal: AbortSignal,
  ): Promise<readonly FoundDocument[]>;
  /** The vector that a query is searched by. */
  embed(query: string, signal: AbortSignal): Promise<Float32Array>;
}

/** Told of each thing that was looked at; `total` is null where it is not known. */
export type OnVerified = (step: VerifyStep, done: number, total: number | null) => void;

/** In this order. */
export type VerifyStep = 'documents' | 'vectors' | 'queries' | 'golden';
