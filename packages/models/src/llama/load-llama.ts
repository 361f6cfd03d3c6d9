import { AppError, type Logger } from '@winnow/core';
import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';
import { assertGguf } from './assert-gguf.ts';
import { createChatWriter, type WriteChat } from './chat-prompt.ts';

/** The package itself; not installed with Winnow. */
export type LlamaPackage = typeof import('node-llama-cpp');

/** A model in memory, and the one context that it works in. */
export interface LoadedLlama {
  readonly package: LlamaPackage;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly writeChat: WriteChat;
  /** Tokens that the context has, no more than the model was trained on. */
  readonly contextTokens: number;
  readonly threads: number;
}

export interface LoadLlamaOptions {
  /** A `.gguf` file. */
  readonly path: string;
  readonly contextTokens: number;
  /**
   * Null for one less than the machine has cores. Threads wait for each other after every layer by spinning:
   * where one of them has no core to itself, all stand still. Measured on two cores with other work going on,
   * two threads took 17 to 35 s for what one did in 1.3 s.
   */
  readonly threads: number | null;
  readonly importPackage: () => Promise<LlamaPackage>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The release that the adapter is tested with. */
const llamaVersion = '3.22.1';

/** Tokens of a prompt that are worked through between two looks at the signal. */
export const promptSlice = 128;

/**
 * @throws AppError `failed_precondition` if the package, a binary of it for this machine, or memory is missing
 * or the file is no model; `not_found` if there is no file; `canceled` by the signal.
 */
export async function loadLlama(options: LoadLlamaOptions): Promise<LoadedLlama> {
  const { path, signal } = options;
  await assertGguf(path);
  const nodeLlama = await options.importPackage().catch((error: unknown) => {
    throw packageMissing(path, error);
  });
  const llama = await startedLlama(nodeLlama, options);
  const model = await llama.loadModel({ modelPath: path, loadSignal: signal }).catch((error: unknown) => {
    throw notLoaded(path, error, signal);
  });
  try {
    const contextTokens = Math.min(options.contextTokens, model.trainContextSize);
    const threads = options.threads ?? Math.max(1, llama.cpuMathCores - 1);
    const context = await model.createContext({
      contextSize: contextTokens,
      sequences: 1,
      batchSize: promptSlice,
      threads,
      createSignal: signal,
    });
    const writeChat = createChatWriter(nodeLlama, model);
    return { package: nodeLlama, llama, model, context, writeChat, contextTokens, threads };
  } catch (error) {
    await model.dispose();
    throw notLoaded(path, error, signal);
  }
}

/** The native library keeps one state for the process: made once, and never taken down. */
const started = new WeakMap<LlamaPackage, Promise<Llama>>();

async function startedLlama(nodeLlama: LlamaPackage, { path, log }: LoadLlamaOptions): Promise<Llama> {
  const starting = started.get(nodeLlama) ?? startLlama(nodeLlama, log);
  started.set(nodeLlama, starting);
  try {
    return await starting;
  } catch (error) {
    started.delete(nodeLlama);
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'failed_precondition',
      `node-llama-cpp has nothing that runs ${path} on this machine: ${reason}`,
      { cause: error },
    );
  }
}

function startLlama({ getLlama }: LlamaPackage, log: Logger): Promise<Llama> {
  return getLlama({
    // Never a compiler or a download at run time.
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    // Each context says how many.
    maxThreads: 0,
    logger: (level, message) => log.debug({ event: 'llama-message', level, message }),
  });
}

function packageMissing(path: string, error: unknown): AppError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  const problem = missing ? 'is not installed' : 'cannot be loaded';
  return new AppError(
    'failed_precondition',
    `${path} needs node-llama-cpp, which ${problem}: run 'npm install --global node-llama-cpp@${llamaVersion}' where winnow was installed so, in its repository 'npx -y pnpm@12 --filter @winnow/models add --save-prod node-llama-cpp@${llamaVersion}'`,
    { cause: error },
  );
}

function notLoaded(path: string, error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return AppError.from(signal.reason);
  const { message } = AppError.from(error);
  return new AppError('failed_precondition', `${path} cannot be loaded: ${message}`, { cause: error });
}
