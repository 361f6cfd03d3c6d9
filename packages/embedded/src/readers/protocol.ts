import type { MessagePort } from 'node:worker_threads';
import type {
  DocumentPart,
  ErrorCode,
  ErrorDetails,
  GenerationRef,
  RecallResult,
  StoredChunk,
  TokenFrequencies,
} from '@winnow/core';
import type { ReadingQuery } from '../recall.ts';
import type { HeldVectors, VectorChange } from '../vector-caches.ts';

/** Grows with every change of what is sent here: a thread of another version takes no request. */
export const readerVersion = 5;

/** What a reader thread is started with. */
export interface ReaderSetup {
  /** {@link readerVersion} of who starts it. */
  readonly version: number;
  /** The SQLite file. */
  readonly path: string;
  /** Vectors that the thread keeps in memory at most; one generation's in any case. */
  readonly maxVectorBytes: number;
}

export type ReaderRequest =
  | {
      readonly kind: 'recall';
      readonly ref: GenerationRef;
      readonly query: Omit<ReadingQuery, 'signal'>;
    }
  | { readonly kind: 'token-frequencies'; readonly ref: GenerationRef; readonly tokens: readonly string[] }
  | { readonly kind: 'parts'; readonly ref: GenerationRef; readonly parts: readonly DocumentPart[] };

export type ReaderResult =
  | {
      readonly kind: 'recall';
      readonly value: RecallResult;
      /** What the thread keeps of the generation's vectors now; null: nothing. */
      readonly held: HeldVectors | null;
    }
  | { readonly kind: 'token-frequencies'; readonly value: TokenFrequencies }
  | { readonly kind: 'parts'; readonly value: readonly (readonly StoredChunk[])[] };

export type ToReader =
  | { readonly type: 'request'; readonly id: number; readonly request: ReaderRequest }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'get-ready'; readonly ref: GenerationRef }
  /** To the two ends of a port: vectors that one has in memory go to the other. */
  | { readonly type: 'lend' | 'borrow'; readonly ref: GenerationRef; readonly port: MessagePort }
  | { readonly type: 'follow'; readonly change: VectorChange }
  | { readonly type: 'drop'; readonly generationId: number }
  | { readonly type: 'close' };

/** An AppError between threads, where an error's class and fields are lost. */
export interface ErrorMessage extends Pick<ErrorDetails, 'context' | 'retryAfterMs' | 'part'> {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack: string;
}

export type FromReader =
  /** Its code is loaded; it takes requests before, and does them then. */
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly id: number; readonly result: ReaderResult }
  | { readonly type: 'failure'; readonly id: number; readonly error: ErrorMessage };
