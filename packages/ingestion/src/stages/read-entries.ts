import {
  type AppError,
  type DocumentKey,
  documentKeyOf,
  type FailureReason,
  type ManifestEntry,
  type RawDocument,
  type Run,
  runRef,
  type Source,
  type SourceId,
} from '@winnow/core';
import { openCorpusSource } from '../planning/corpus-source.ts';
import type { IngestPorts } from '../ports.ts';
import type { PreparedDocument } from '../prepare-document.ts';
import { runInParallel } from '../run-in-parallel.ts';
import type { RunningRun } from '../runs/run-state.ts';
import { ownFailure } from '../waiting/own-failure.ts';
import { requireAway } from '../waiting/wait-reason.ts';
import { from } from '../waiting/with-patience.ts';
import type { AwaySources } from './away-sources.ts';

/** A read waits for the disk or a remote store, not for this process. */
const readsAtOnce = 8;
const waveDocuments = 64;

export interface ReadEntry {
  readonly entry: ManifestEntry;
  readonly raw: RawDocument;
}

export interface ReadLimits {
  readonly maxBytes: number;
  readonly away: AwaySources;
  readonly signal: AbortSignal;
}

export interface ReadEntries {
  readonly entries: readonly ReadEntry[];
  /** Documents that could not be read, which is recorded. */
  readonly failed: number;
  /** Documents that stay pending, since their source does not answer. */
  readonly passedOver: number;
  /** The last one that was looked at; null where there was none. */
  readonly after: DocumentKey | null;
}

/**
 * Reads documents in order until there is enough of them; one at least. What cannot be read is recorded as failed,
 * and left out; so is what its source does not give, and nothing is recorded for it.
 * @param limits.maxBytes bounds what a lane holds in memory and blobs.
 * @param limits.away sources that are not asked; those that do not answer are added.
 */
export async function readEntries(
  ports: IngestPorts,
  target: RunningRun,
  entries: readonly ManifestEntry[],
  { maxBytes, away, signal }: ReadLimits,
): Promise<ReadEntries> {
  const { runId } = target.run;
  const sources = openSources(ports, target);
  const read: ReadEntry[] = [];
  let passedOver = 0;
  let looked = 0;
  let bytes = 0;
  while (looked < entries.length && bytes < maxBytes) {
    const wave = nextWave(entries.slice(looked), maxBytes - bytes);
    const raws = new Map<ManifestEntry, RawDocument>();
    await runInParallel(wave, readsAtOnce, async (entry) => {
      const { sourceId } = entry;
      try {
        if (away.get(runId, sourceId) !== null) {
          passedOver += 1;
          return;
        }
        const raw = await readEntry(ports, target, sources(sourceId), entry, signal);
        if (raw !== null) raws.set(entry, raw);
      } catch (thrown) {
        away.set(runId, sourceId, requireAway(thrown, signal));
        passedOver += 1;
      }
    });
    for (const entry of wave) {
      const raw = raws.get(entry);
      if (raw === undefined) continue;
      read.push({ entry, raw });
      bytes += raw.content.byteLength;
    }
    looked += wave.length;
  }
  const last = entries[looked - 1];
  return {
    entries: read,
    failed: looked - read.length - passedOver,
    passedOver,
    after: last === undefined ? null : documentKeyOf(last.documentId),
  };
}

/** The next documents that may be read at once: as far as their known sizes fit, and one at least. */
function nextWave(entries: readonly ManifestEntry[], bytes: number): readonly ManifestEntry[] {
  let left = bytes;
  let count = 0;
  for (const entry of entries.slice(0, waveDocuments)) {
    // One whose size nobody knows may fill a bundle by itself.
    left -= entry.bytes ?? bytes;
    if (left < 0) break;
    count += 1;
  }
  return entries.slice(0, Math.max(1, count));
}

/** @returns null if it cannot be read, which is recorded. */
async function readEntry(
  ports: IngestPorts,
  target: RunningRun,
  source: Source | null,
  entry: ManifestEntry,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  if (source === null) {
    const message = `the corpus has no source ${entry.sourceId} any more`;
    await failEntry(ports, target.run, entry, { code: 'unreadable', message });
    return null;
  }
  try {
    return await source.read(entry.documentId, entry.location, signal);
  } catch (thrown) {
    const error = ownFailure(thrown, signal);
    // One that is gone, in a source that is gone, is not gone.
    await from('source', source.check(signal));
    await failEntry(ports, target.run, entry, { code: 'unreadable', message: readMessage(error) });
    return null;
  }
}

/** Each source is opened once for a bundle, however many of its documents are read. */
export function openSources(
  ports: Pick<IngestPorts, 'openSource' | 'store'>,
  { corpus }: Pick<RunningRun, 'corpus'>,
): (sourceId: SourceId) => Source | null {
  const opened = new Map<SourceId, Source>();
  return (sourceId) => {
    const known = opened.get(sourceId);
    if (known !== undefined) return known;
    const settings = corpus.sources.find((each) => each.sourceId === sourceId);
    if (settings === undefined) return null;
    const source = openCorpusSource(ports, settings);
    opened.set(sourceId, source);
    return source;
  };
}

/**
 * @returns null where the document failed, which is recorded.
 * @throws AppError where the trouble is not the document's.
 */
export async function prepareEntry(
  ports: IngestPorts,
  { run, generation }: RunningRun,
  { entry, raw }: ReadEntry,
  signal: AbortSignal,
): Promise<PreparedDocument | null> {
  try {
    const prepared = await ports.prepare(raw, generation, signal);
    if (prepared.ok) return prepared.document;
    await failEntry(ports, run, entry, prepared.reason);
  } catch (thrown) {
    const { message } = ownFailure(thrown, signal);
    await failEntry(ports, run, entry, { code: 'gave_up', message });
  }
  return null;
}

function readMessage(error: AppError): string {
  if (error.code === 'not_found') return 'it was listed by the source, but gone when it was to be read';
  return error.message;
}

async function failEntry(
  { store, log }: IngestPorts,
  run: Run,
  { documentId, revision }: ManifestEntry,
  reason: FailureReason,
): Promise<void> {
  await from('index', store.manifest.fail(runRef(run), [{ documentId, revision, reason }]));
  log.warn({ event: 'document-failed', runId: run.runId, documentId, code: reason.code });
}
