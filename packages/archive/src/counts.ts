import type { RunCounts } from '@winnow/core';
import type { ArchiveCounts, BodyLine } from './archive-format.ts';
import type { ArchivedDocument } from './read-archive.ts';

export const nothingCounted: ArchiveCounts = {
  documents: 0,
  searchable: 0,
  chunks: 0,
  failed: 0,
  omitted: 0,
  goldenQueries: 0,
  pushed: 0,
};

/** The counts with one line more. */
export function countLine(counts: ArchiveCounts, line: BodyLine): ArchiveCounts {
  switch (line.kind) {
    case 'document':
      return {
        ...counts,
        documents: counts.documents + 1,
        searchable: counts.searchable + (line.live === null ? 0 : 1),
        failed: counts.failed + (line.failed === null ? 0 : 1),
      };
    case 'chunk':
      return { ...counts, chunks: counts.chunks + 1 };
    case 'omitted':
      return { ...counts, omitted: counts.omitted + 1 };
    case 'pushed':
      return { ...counts, pushed: counts.pushed + 1 };
    default:
      return { ...counts, goldenQueries: counts.goldenQueries + 1 };
  }
}

/** What a restore has done, with one document more. */
export function countDocument(
  counts: RunCounts,
  { line, chunks }: Pick<ArchivedDocument, 'line' | 'chunks'>,
): RunCounts {
  return {
    ...counts,
    new: counts.new + (line.failed === null ? 1 : 0),
    failed: counts.failed + (line.failed === null ? 0 : 1),
    reused: counts.reused + chunks.length,
  };
}
