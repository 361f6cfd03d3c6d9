import type { AppError } from '@winnow/core';

/** What a queue is to do with a job that was run. */
export type Settlement =
  | { readonly kind: 'complete' }
  /** Given up; its failure is recorded and what follows it is in the queue already. */
  | { readonly kind: 'fail'; readonly error: AppError }
  /** To run again after `delayMs`; one try is spent. */
  | { readonly kind: 'retry'; readonly delayMs: number; readonly error: AppError }
  /** To run again after `delayMs`, while others of its kind go on; no try is spent. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** To be looked at again after `delayMs`, or when a worker starts, by code that understands it; no try is spent. */
  | { readonly kind: 'park'; readonly delayMs: number }
  /** Back to the head of the queue; no try is spent. */
  | { readonly kind: 'requeue' };
