import { AppError, type Logger } from '@winnow/core';
import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';

/** The package itself; not installed with Winnow. */
export type LlamaPackage = typeof import('node-llama-cpp');

/** A model in memory, and the one context that it works in. */
export interface LoadedLlama {
  readonly package: LlamaPackage;
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  /** Tokens that the context has, no more than the model was trained on. */
  readonly contextTokens: number;
}

export interface LoadLlamaOptions {
  /** A `.gguf` file. */
  readonly path: string;
  readonly contextTokens: number;
  /** Null for one less than the machine has cores. */
  readonly threads: number | null;
  readonly importPackage: () => Promise<LlamaPackage>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The release that the adapter is tested with. */
export const llamaVersion = '3.22.1';

/** Tokens of a prompt that are worked through between two looks at the signal. */
export const promptSlice = 128;

/**
 * @throws AppError `failed_precondition` if the package, a binary of it for this machine, or memory is missing
 * or the file is no model; `not_found` if there is no file; `canceled` by the signal.
 */
export async function loadLlama(options: LoadLlamaOptions): Promise<LoadedLlama> {
  const { path, signal } = options;
  const nodeLlama = await options.importPackage().catch((error: unknown) => {
    throw packageMissing(path, error);
  });
  const llama = await startLlama(nodeLlama, options);
  try {
    const model = await llama.loadModel({ modelPath: path, loadSignal: signal });
    const contextTokens = Math.min(options.contextTokens, model.trainContextSize);
    const context = await model.createContext({
      contextSize: contextTokens,
      sequences: 1,
      batchSize: promptSlice,
      threads: llama.maxThreads,
      createSignal: signal,
    });
    return { package: nodeLlama, llama, model, context, contextTokens };
  } catch (error) {
    await llama.dispose();
    throw notLoaded(path, error, signal);
  }
}

/**
 * Threads wait for each other after every layer by spinning: where one of them has no core of its own, all
 * stand still. Measured on two cores with other work going on, two threads took 17 to 35 s for what one did in
 * 1.3 s. So one core is left to the rest of the process and the machine.
 */
async function startLlama(
  { getLlama }: LlamaPackage,
  { path, threads, log }: LoadLlamaOptions,
): Promise<Llama> {
  try {
    const llama = await getLlama({
      // Never a compiler or a download at run time.
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: threads ?? 1,
      logger: (level, message) => log.debug({ event: 'llama-message', level, message }),
    });
    if (threads === null) llama.maxThreads = Math.max(1, llama.cpuMathCores - 1);
    return llama;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError(
      'failed_precondition',
      `node-llama-cpp has nothing that runs ${path} on this machine: ${reason}`,
      { cause: error },
    );
  }
}

function packageMissing(path: string, error: unknown): AppError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  const problem = missing ? 'is not installed' : 'cannot be loaded';
  return new AppError(
    'failed_precondition',
    `${path} needs node-llama-cpp, which ${problem}: run 'npx pnpm@12 --filter @winnow/models add --save-prod node-llama-cpp@${llamaVersion}'`,
    { cause: error },
  );
}

function notLoaded(path: string, error: unknown, signal: AbortSignal): AppError {
  if (signal.aborted) return AppError.from(signal.reason);
  const failure = AppError.from(error);
  if (failure.code === 'not_found')
    return new AppError('not_found', `there is no model file ${path}`, { cause: error });
  return new AppError('failed_precondition', `${path} cannot be loaded: ${failure.message}`, {
    cause: error,
  });
}
