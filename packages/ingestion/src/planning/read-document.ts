import { AppError, type FailureReason, type Generation, type Source, type SourceItem } from '@winnow/core';
import type { IngestPorts, PrepareResult } from '../ports.ts';
import { from } from '../waiting/with-patience.ts';

/**
 * Reads and splits a listed document as a run would, without anything being written down.
 * @returns why it would end in the inbox, where it would.
 * @throws AppError of part `source` where the source does not answer; as `prepare` does where the trouble is not
 * the document's.
 */
export async function readDocument(
  ports: Pick<IngestPorts, 'prepare'>,
  generation: Generation,
  source: Source,
  { documentId, location }: Extract<SourceItem, { kind: 'document' }>,
  signal: AbortSignal,
): Promise<PrepareResult> {
  let raw: Awaited<ReturnType<Source['read']>>;
  try {
    raw = await source.read(documentId, location, signal);
  } catch (thrown) {
    const { message } = ownFailure(thrown, signal);
    // One that is gone, in a source that is gone, is not gone.
    await from('source', source.check(signal));
    return failed({ code: 'unreadable', message });
  }
  try {
    return await ports.prepare(raw, generation, signal);
  } catch (thrown) {
    return failed({ code: 'gave_up', message: ownFailure(thrown, signal).message });
  }
}

function failed(reason: FailureReason): PrepareResult {
  return { ok: false, reason };
}

/** The error, if it is the document's own; throws it on if the next try may well succeed. */
function ownFailure(thrown: unknown, signal: AbortSignal): AppError {
  signal.throwIfAborted();
  const error = AppError.from(thrown);
  if (error.part === 'model' || error.part === 'index') throw error;
  if (error.retryable) throw error.attributedTo('source');
  if (error.code === 'canceled') throw error;
  return error;
}
