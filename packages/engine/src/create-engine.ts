import { type Logger, silentLogger } from '@winnow/core';
import { loadConfig } from '@winnow/runtime';
import type { Engine } from './engine.ts';
import { type EngineOptions, openEngine } from './open-engine.ts';

export interface CreateEngineOptions {
  /** Folder of the embedded index. Default: `.winnow` in the current folder. Without effect in full mode. */
  readonly dataDir?: string;
  /**
   * Other settings, by the names in docs/configuration.md, such as `OPENAI_API_KEY`. Nothing is read from the
   * environment of the process unless it is handed over here.
   */
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /**
   * `read` works beside another process on the same data folder and changes nothing; `write`, the default, needs the
   * folder alone.
   */
  readonly access?: 'read' | 'write';
  /** Takes structured lines, never with text of documents; pino's logger fits. Default: nothing is logged. */
  readonly log?: Logger;
  /** Told of every piece of a model that is being downloaded. */
  readonly onDownload?: NonNullable<EngineOptions['onDownload']>;
}

/**
 * Opens Winnow within a program. Close it with `engine.close()`: until then the data folder is taken.
 * @throws AppError `invalid_argument` naming each bad setting; `failed_precondition` if another process works on the
 * data folder, or what it holds does not fit.
 */
export async function createEngine(options: CreateEngineOptions = {}): Promise<Engine> {
  const { dataDir, settings = {}, access = 'write', log = silentLogger, onDownload } = options;
  const config = loadConfig({ ...settings, ...(dataDir !== undefined && { WINNOW_DATA_DIR: dataDir }) });
  const accessFor = access === 'read' ? { kind: access } : { kind: access, purpose: 'a program' };
  return await openEngine(config, {
    access: accessFor,
    log,
    ...(onDownload !== undefined && { onDownload }),
  });
}
