import { AppError } from '@winnow/core';
import type { Engine, EngineAccess } from '@winnow/engine';
import {
  type Config,
  closeInReverse,
  createLogger,
  exitCodeOf,
  loadConfig,
  onTermination,
} from '@winnow/runtime';
import { createCommandLog } from './command-log.ts';
import { createDownloadProgress } from './output/progress.ts';

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
  const downloads = createDownloadProgress();
  return await withSignal(async (signal) => {
    const { openEngine } = await import('@winnow/engine');
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

/** What does not fit at the opening is the data folder: somebody else has it, or it cannot be used. */
async function opened(opening: Promise<Engine>): Promise<Engine> {
  try {
    return await opening;
  } catch (thrown) {
    const error = AppError.from(thrown);
    throw error.code === 'failed_precondition' ? error.attributedTo('index') : error;
  }
}
