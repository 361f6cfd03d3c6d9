import type { Logger } from '@winnow/core';
import type { Config } from '@winnow/runtime';
import { type CorporaView, createCorporaView } from './corpora-view.ts';
import { openForReading } from './open-for-reading.ts';

// What looking at corpora takes: nothing else of the engine is loaded.

export type { CorporaView };

/** @throws AppError where the data folder, or the server, cannot be read. */
export async function openCorporaView(
  config: Config,
  log: Logger,
): Promise<CorporaView & { close(): Promise<void> }> {
  const store = await openForReading(config, log);
  return { ...createCorporaView(store), close: () => store.close() };
}
