import {
  AppError,
  type Corpus,
  createCorpusId,
  type DocumentId,
  type Logger,
  liveRef,
  noCounts,
  type Run,
  type RunCounts,
  type RunId,
  type Store,
} from '@winnow/core';
import type { ArchiveCounts, ArchivedGeneration } from './archive-format.ts';
import { beginRestore, requireSame } from './begin-restore.ts';
import { completeRestore } from './complete-restore.ts';
import { countDocument } from './counts.ts';
import { createGoldenWriter } from './golden-writer.ts';
import { createPushedWriter } from './pushed-writer.ts';
import { type ArchivedDocument, readArchive } from './read-archive.ts';
import { type RestoreTarget, restoreBatch } from './restore-batch.ts';
import { endRestoreRun, noteProgress, restoreRunId } from './restore-run.ts';
import { type MovedSource, movedTo, nameFor, pushPlacesOf } from './restored-corpus.ts';
import type { Remaking } from './restored-document.ts';
import { type VerifiedArchive, verifyArchive } from './verify-archive.ts';
import type { ArchiveProgress } from './write-archive.ts';

/** Lines of an archive that are written in one go, about; a document is never split. */
const defaultBatchBytes = 8 * 1024 * 1024;
const batchDocuments = 500;
/** How often the run's record is brought up to date, at most. */
const noteEveryMs = 2_000;

export interface RestorePorts {
  readonly store: Store;
  /** Version of the analysis that search terms are made by. */
  readonly analysis: string;
  /**
   * Looks at the model of an archive's vectors, without calling it.
   * @throws AppError `not_found` for one that is not known.
   */
  lookAtModel(generation: ArchivedGeneration): Promise<ModelLook>;
  /** Bytes of lines that are written in one go, about; 8 MiB if left out. */
  readonly batchBytes?: number;
  readonly now: () => Date;
  readonly log: Logger;
}

/** What there is of a model on this machine. */
export interface ModelLook {
  readonly tokenizer: Remaking['tokenizer'];
  /** What will not work until somebody does something about it; null where all will. */
  readonly warning: string | null;
}

export interface RestoreOptions {
  /** The corpus' own name if not given. */
  readonly as?: string;
  readonly moved?: readonly MovedSource[];
  /** Told once, before anything is written. */
  readonly onStart?: (start: { readonly corpus: Corpus; readonly warnings: readonly string[] }) => void;
  readonly onProgress?: (progress: ArchiveProgress) => void;
}

/** What a restore came to. */
export interface RestoredArchive {
  readonly corpus: Corpus;
  readonly run: Run;
  readonly counts: ArchiveCounts;
  readonly warnings: readonly string[];
  /** Documents that the index refused; they are in the inbox. */
  readonly refused: readonly DocumentId[];
}

/**
 * Makes a corpus of an archive, without a call of any model. The archive is read twice: nothing is made before all of
 * it is known to be as it was written. Until the last document is there the corpus says that it is incomplete, and
 * nobody can read it; broken off at any point, the same restore goes on.
 * @throws AppError as {@link verifyArchive}; `failed_precondition` where the name is taken; `not_found` for a model
 * that is not known; otherwise as the store does, which leaves the corpus incomplete.
 */
export async function restoreArchive(
  ports: RestorePorts,
  path: string,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<RestoredArchive> {
  const archive = await verifyArchive(path, signal);
  const { header } = archive;
  const moved = options.moved ?? [];
  movedTo(header.corpus.sources, moved);
  const name = nameFor(header, options.as);
  const existing = await ports.store.corpora.get(name);
  if (existing !== null) requireSame(existing, archive);
  const look = await ports.lookAtModel(header.generation);
  const now = ports.now();
  const runId = restoreRunId(now);
  const { analysis } = ports;
  const corpus = await beginRestore(ports.store, archive, {
    name,
    corpusId: createCorpusId(),
    runId,
    moved,
    analysis,
    now,
  });
  const warnings = look.warning === null ? [] : [look.warning];
  options.onStart?.({ corpus, warnings });
  ports.log.info({ event: 'restore-begun', corpus: name, runId });
  try {
    const remaking = { analysis, tokenizer: look.tokenizer };
    const target = { store: ports.store, ref: liveRef(corpus), runId, remaking };
    const refused = await restoreItems(ports, archive, corpus, target, options, signal);
    const run = await completeRestore(ports, archive, { corpus, runId, refused }, signal);
    return { corpus: run.corpus, run: run.run, counts: archive.end, warnings, refused };
  } catch (thrown) {
    await giveUp(ports, corpus, runId, AppError.from(thrown));
    throw thrown;
  }
}

/** Writes everything that the archive holds. @returns documents that the index refused. */
async function restoreItems(
  ports: RestorePorts,
  { path, end }: VerifiedArchive,
  corpus: Corpus,
  target: RestoreTarget,
  { onProgress }: RestoreOptions,
  signal: AbortSignal,
): Promise<readonly DocumentId[]> {
  const { batchBytes = defaultBatchBytes } = ports;
  const refused: DocumentId[] = [];
  const golden = createGoldenWriter(ports.store.golden, corpus.corpusId);
  const pushed = createPushedWriter(ports.store.contents, corpus);
  let counts: RunCounts = { ...noCounts, accepted: end.documents };
  let notedAt = 0;
  let batch: ArchivedDocument[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    refused.push(...(await restoreBatch(target, batch, signal)));
    for (const document of batch) counts = countDocument(counts, document);
    batch = [];
    bytes = 0;
    onProgress?.({ documents: counts.new + counts.failed, chunks: counts.reused, ofChunks: end.chunks });
    const now = ports.now().getTime();
    if (now - notedAt < noteEveryMs) return;
    notedAt = now;
    await noteProgress(ports.store, target.runId, counts);
  }

  for await (const item of readArchive(path, signal)) {
    signal.throwIfAborted();
    switch (item.kind) {
      case 'header':
        golden.begin(item.corpus.golden);
        break;
      case 'document':
        batch.push(item);
        bytes += item.bytes;
        if (bytes >= batchBytes || batch.length >= batchDocuments) await flush();
        break;
      case 'pushed':
        await pushed.add(item);
        break;
      case 'golden':
        await golden.add(item);
        break;
      case 'end':
        if (batch.length > 0) await flush();
        await pushed.finish();
        await golden.finish();
        requireUnchanged(path, item.sha256 === end.sha256);
        break;
      default:
        break;
    }
  }
  return refused;
}

function requireUnchanged(path: string, isSame: boolean): void {
  if (isSame) return;
  throw new AppError(
    'failed_precondition',
    `${path} was replaced while it was restored: delete the corpus, which is incomplete, and restore it once more`,
  );
}

/** The corpus stays incomplete; its run says why. What went wrong first is what is told. */
async function giveUp(
  { store, now, log }: RestorePorts,
  corpus: Corpus,
  runId: RunId,
  error: AppError,
): Promise<void> {
  const state = error.code === 'canceled' ? 'canceled' : 'failed';
  const reason = `${error.message}; winnow restore with the same archive goes on with it`;
  await forgetWhereGone(store, corpus).catch((thrown: unknown) => {
    const { code, message } = AppError.from(thrown);
    log.warn({ event: 'pushed-not-forgotten', runId, code, message });
  });
  try {
    await endRestoreRun(store, runId, { state, reason, finishedAt: now().toISOString() });
  } catch (thrown) {
    const { code, message } = AppError.from(thrown);
    log.warn({ event: 'run-not-ended', runId, code, message });
  }
}

/** Written after the delete of the corpus has looked for it, what was pushed would stay for ever. */
async function forgetWhereGone({ corpora, contents }: Store, corpus: Corpus): Promise<void> {
  const current = await corpora.get(corpus.name);
  if (current?.corpusId === corpus.corpusId && current.deletingSince === null) return;
  for (const place of pushPlacesOf(corpus).values()) await contents.clear(place);
}
