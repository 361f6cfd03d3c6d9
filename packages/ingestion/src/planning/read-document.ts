import type { FailureReason, Generation, ManifestEntry, Source } from '@winnow/core';
import type { IngestPorts, PrepareResult } from '../ports.ts';
import { ownFailure } from '../waiting/own-failure.ts';
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
  { documentId, location }: Pick<ManifestEntry, 'documentId' | 'location'>,
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
