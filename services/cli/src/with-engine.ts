import { AppError } from '@winnow/core';
import type { Engine, EngineAccess } from '@winnow/engine';
import type { CorporaView } from '@winnow/engine/corpora-view';
import {
  type Config,
  closeInReverse,
  createLogger,
  exitCodeOf,
  loadConfig,
  onTermination,
} from '@winnow/runtime';
import { createCommandLog } from './command-log.ts';
import { opened } from './opened.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CommandTools {
  readonly engine: Engine;
  readonly config: Config;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** How long what is open may take to close. */
const closeWithinMs = 10_000;

/**
 * Opens the engine for one command, and closes it however the command ends. Ctrl-C aborts `signal`: the
 * command stops at the next safe place and the exit code says so.
 * @param access `read` works beside another process on the same data folder; `write` needs it alone.
 */
export async function withEngine<Result>(
  environment: Environment,
  access: EngineAccess,
  command: (tools: CommandTools) => Promise<Result>,
): Promise<Result> {
  const config = loadConfig(environment);
  const log = createCommandLog(createLogger(config.logLevel ?? 'silent', 'cli'));
  return await withSignal(async (signal) => {
    const [{ openEngine }, { createDownloadProgress }] = await Promise.all([
      import('@winnow/engine'),
      import('./output/progress.ts'),
    ]);
    const downloads = createDownloadProgress();
    const engine = await opened(
      openEngine(config, { access, log, onDownload: (update) => downloads.update(update) }),
    );
    try {
      return await command({ engine, config, signal });
    } finally {
      downloads.stop();
      await closeInReverse([{ name: 'engine', close: () => engine.close() }], closeWithinMs, log);
    }
  });
}

/** Runs something that Ctrl-C aborts; the exit code says so. */
export async function withSignal<Result>(command: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const unbind = onTermination((signal) => {
    process.exitCode = exitCodeOf(signal);
    controller.abort(new AppError('canceled', `stopped by ${signal}`));
  });
  try {
    return await command(controller.signal);
  } finally {
    unbind();
  }
}

/** The same for commands that only look at corpora, which have nothing else of the engine loaded. */
export async function withCorpora<Result>(
  environment: Environment,
  command: (tools: { readonly corpora: CorporaView; readonly config: Config }) => Promise<Result>,
): Promise<Result> {
  const config = loadConfig(environment);
  const log = createLogger(config.logLevel ?? 'silent', 'cli');
  const { openCorporaView } = await import('@winnow/engine/corpora-view');
  const corpora = await opened(openCorporaView(config, log));
  try {
    return await command({ corpora, config });
  } finally {
    await closeInReverse([{ name: 'store', close: () => corpora.close() }], closeWithinMs, log);
  }
}
