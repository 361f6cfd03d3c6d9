import { AppError, type ErrorPart, type WaitReason } from '@winnow/core';

/**
 * What a run waits for after an error: trouble around its documents, not in them.
 * @returns null where it is a document's own fault, or nobody's that is known.
 */
export function waitReasonOf(error: AppError): WaitReason | null {
  return error.part === null ? null : reasons[error.part](error);
}

const reasons: Readonly<Record<ErrorPart, (error: AppError) => WaitReason | null>> = {
  source: ({ code }) => (code === 'invalid_argument' || code === 'internal' ? null : 'source_away'),
  index({ code, context }) {
    switch (code) {
      case 'resource_exhausted':
        return context.full === true ? 'index_full' : 'index_busy';
      case 'failed_precondition':
      case 'not_found':
        return 'index_refuses';
      case 'unavailable':
      case 'deadline_exceeded':
        return 'index_away';
      default:
        return null;
    }
  },
  model({ code }) {
    switch (code) {
      case 'resource_exhausted':
        return 'model_busy';
      case 'failed_precondition':
      case 'not_found':
        return 'model_refuses';
      case 'unavailable':
      case 'deadline_exceeded':
        return 'model_away';
      default:
        return null;
    }
  },
  queue: ({ code }) => (code === 'resource_exhausted' ? 'queue_full' : 'queue_away'),
};

/**
 * Whether an error ends a run, since no waiting mends it: what is asked for does not fit, or is gone for good. Such an
 * error comes from no part of what is outside.
 */
export function endsRun({ code, part }: AppError): boolean {
  return part === null && (code === 'failed_precondition' || code === 'not_found');
}

/**
 * The error, if it says that a source is not there.
 * @throws what was thrown, if it says anything else; an abort.
 */
export function requireAway(thrown: unknown, signal: AbortSignal): AppError {
  signal.throwIfAborted();
  const error = AppError.from(thrown);
  if (waitReasonOf(error) !== 'source_away') throw error;
  return error;
}
