import {
  AppError,
  type Corpus,
  type FailureReason,
  type JobContext,
  type ManifestEntry,
  type RawDocument,
} from '@winnow/core';
import { generationOf } from '../lane.ts';
import type { IngestPorts, LanePosition } from '../ports.ts';
import type { PreparedDocument } from '../prepare-document.ts';

/** A batch takes no more documents once it has this many bytes: bounds what a lane holds in memory and blobs. */
const maxBatchBytes = 128 * 1024;

export interface ReadEntry {
  readonly entry: ManifestEntry;
  readonly raw: RawDocument;
}

/**
 * Reads documents in order until there are {@link maxBatchBytes}; one at least. What cannot be read is
 * recorded as failed, and left out.
 * @throws AppError retryable where the source does not answer.
 */
export async function readEntries(
  ports: IngestPorts,
  corpus: Corpus,
  position: LanePosition,
  entries: readonly ManifestEntry[],
  signal: AbortSignal,
): Promise<readonly ReadEntry[]> {
  const source = ports.openSource(corpus.settings.source);
  const read: ReadEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (bytes >= maxBatchBytes) break;
    try {
      const raw = await source.read(entry.documentId, entry.location, signal);
      read.push({ entry, raw });
      bytes += raw.content.byteLength;
    } catch (thrown) {
      const error = ownFailure(thrown, signal);
      await failEntry(ports, position, entry, { code: 'unreadable', message: readMessage(error) });
    }
  }
  return read;
}

/**
 * @returns null where the document failed, which is recorded.
 * @throws AppError retryable where the trouble is not the document's.
 */
export async function prepareEntry(
  ports: IngestPorts,
  corpus: Corpus,
  position: LanePosition,
  { entry, raw }: ReadEntry,
  { signal }: JobContext,
): Promise<PreparedDocument | null> {
  try {
    const prepared = await ports.prepare(raw, corpus, signal);
    if (prepared.ok) return prepared.document;
    await failEntry(ports, position, entry, prepared.reason);
  } catch (thrown) {
    const { message } = ownFailure(thrown, signal);
    await failEntry(ports, position, entry, { code: 'gave_up', message });
  }
  return null;
}

/** The error, if it is the document's own; throws it on if the next try may well succeed. */
function ownFailure(thrown: unknown, signal: AbortSignal): AppError {
  signal.throwIfAborted();
  const error = AppError.from(thrown);
  if (error.retryable || error.code === 'canceled') throw error;
  return error;
}

function readMessage(error: AppError): string {
  if (error.code === 'not_found') return 'it was listed by the source, but gone when it was to be read';
  if (error.code !== 'failed_precondition') return error.message;
  return 'the source changed between listing and reading; the next ingest takes it up again';
}

async function failEntry(
  { store, log }: IngestPorts,
  position: LanePosition,
  { documentId, revision }: ManifestEntry,
  reason: FailureReason,
): Promise<void> {
  await store.manifest.fail(generationOf(position), [{ documentId, revision, reason }]);
  log.warn({ event: 'document-failed', runId: position.runId, documentId, code: reason.code });
}
