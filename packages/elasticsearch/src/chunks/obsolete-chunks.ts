import { AppError, type Logger } from '@winnow/core';
import type { BulkWriter } from '../bulk/bulk-writer.ts';
import type { CurrentIndexes } from '../indexes/current-indexes.ts';
import type { Refresher } from '../indexes/refresher.ts';
import { chunkDeletes } from './chunk-record.ts';
import type { ReadPorts } from './read-document.ts';

/** What commits, removals and discards work with. */
export interface WritePorts extends ReadPorts {
  readonly bulk: BulkWriter;
  readonly refresher: Refresher;
  readonly current: CurrentIndexes;
  readonly log: Logger;
}

/**
 * Deletes chunks that are not live. Nobody reads them any more, so that a failure here is not the caller's: a census
 * finds them.
 */
export async function removeObsolete(
  { bulk, refresher, log }: WritePorts,
  index: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (ids.length === 0) return;
  try {
    await bulk.write(index, chunkDeletes(ids), { signal });
    // Until they are out of sight, queries find them, and look again for what replaced them.
    refresher.eventually(index);
  } catch (thrown) {
    log.warn({ event: 'obsolete-chunks-left', index, chunks: ids.length, error: AppError.from(thrown) });
  }
}
