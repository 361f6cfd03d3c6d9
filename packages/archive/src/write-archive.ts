import type { Corpus, DocumentId, Logger, Sha256, Store } from '@winnow/core';
import { openArchiveFile } from './archive-file.ts';
import type { ArchiveCounts, OmittedLine } from './archive-format.ts';
import { bodyLines, headerLine } from './archived-lines.ts';
import { countLine, nothingCounted } from './counts.ts';

export interface ArchivePorts {
  readonly store: Pick<Store, 'manifest' | 'chunks' | 'contents' | 'golden'>;
  readonly log: Logger;
}

export interface WriteOptions {
  readonly onProgress?: (progress: ArchiveProgress) => void;
}

/** How far an archive is written or read. */
export interface ArchiveProgress {
  readonly documents: number;
  readonly chunks: number;
  /** Chunks in all, as far as it is known. */
  readonly ofChunks: number;
}

/** What an archive came to. */
export interface WrittenArchive {
  readonly counts: ArchiveCounts;
  /** Of all lines but the last. */
  readonly sha256: Sha256;
  /** Documents that are not in it, by the reason. */
  readonly omitted: Readonly<Record<OmittedLine['why'], readonly DocumentId[]>>;
}

/**
 * Writes what a corpus' readers see, its inbox, what is known of pushed documents and its golden queries to one file, a page of documents in memory at a
 * time. The file is there as a whole or not at all; one that is there already is replaced. The same corpus gives the
 * same bytes.
 * @throws AppError as the store does; before anything is read, where the file cannot be written.
 */
export async function writeArchive(
  { store, log }: ArchivePorts,
  corpus: Corpus,
  path: string,
  { onProgress }: WriteOptions,
  signal: AbortSignal,
): Promise<WrittenArchive> {
  const file = await openArchiveFile(path);
  try {
    const header = await headerLine(store, corpus);
    await file.write(header);
    let counts = nothingCounted;
    const omitted = { damaged: [] as DocumentId[], unfinished: [] as DocumentId[] };
    for await (const line of bodyLines(store, corpus, signal)) {
      signal.throwIfAborted();
      await file.write(line);
      counts = countLine(counts, line);
      if (line.kind === 'omitted') omitted[line.why].push(line.documentId);
      if (line.kind === 'document') onProgress?.({ ...counts, ofChunks: header.counts.chunks });
    }
    const sha256 = await file.finish({ kind: 'end', ...counts });
    log.info({ event: 'corpus-archived', corpus: corpus.name, ...counts });
    return { counts, sha256, omitted };
  } catch (error) {
    await file.discard();
    throw error;
  }
}
