import { AppError, type ChatModel, type ChatRequest, type Logger, noModelUsage } from '@winnow/core';
import { type Generation, generate } from './generate.ts';
import { type LlamaPackage, loadLlama } from './load-llama.ts';
import { createOneByOne } from './one-by-one.ts';
import { createPieceQueue } from './piece-queue.ts';

export interface LlamaChatModelOptions {
  /** The name users know. */
  readonly modelId: string;
  /** Of a GGUF file. */
  readonly path: string;
  /** Prompt and answer together; 4,096 by default, and never more than the model was trained on. */
  readonly contextTokens?: number;
  /** One less than the machine has cores by default, at least one. */
  readonly threads?: number;
  readonly log: Logger;
  /** Ends the loading. */
  readonly signal: AbortSignal;
  /** Tests give another. */
  readonly importPackage?: () => Promise<LlamaPackage>;
}

const defaultContextTokens = 4_096;

/**
 * A language model on this machine, by llama.cpp through node-llama-cpp, which is installed on demand only. The
 * model is loaded when this resolves, and works in native threads beside the event loop. Chats are answered one
 * after the other; temperature 0; an answer that should be JSON is bound to its schema by a grammar.
 * @throws AppError `failed_precondition` with what to install if node-llama-cpp is missing, or if the file
 * cannot be loaded; `not_found` if there is no such file.
 */
export async function createLlamaChatModel(options: LlamaChatModelOptions): Promise<ChatModel> {
  const { modelId, path, log } = options;
  const startedAt = performance.now();
  const loaded = await loadLlama({
    path,
    contextTokens: options.contextTokens ?? defaultContextTokens,
    threads: options.threads ?? null,
    importPackage: options.importPackage ?? (() => import('node-llama-cpp')),
    log,
    signal: options.signal,
  });
  const { model, context, contextTokens, threads } = loaded;
  const durationMs = Math.round(performance.now() - startedAt);
  log.debug({ event: 'llama-loaded', model: modelId, contextTokens, threads, durationMs });
  const sequence = context.getSequence();
  const line = createOneByOne();
  const closed = new AbortController();

  /** Runs to its end or until the signal, whether or not anybody reads. */
  const answer = async (
    request: ChatRequest,
    counts: Generation,
    signal: AbortSignal,
    onText: (text: string) => void,
  ) => {
    const begunAt = performance.now();
    const ended = { reason: 'broken off' };
    try {
      const reason = await generate(loaded, sequence, request, counts, { signal, onText, log });
      ended.reason = reason;
      return reason;
    } finally {
      const durationMs = Math.round(performance.now() - begunAt);
      log.debug({ event: 'chat-ended', model: modelId, ...counts, ...ended, durationMs });
    }
  };

  return {
    modelId,
    contextTokens,
    countTokens: (text) => model.tokenize(text).length,
    async *chat(request, { signal }) {
      const left = new AbortController();
      const either = AbortSignal.any([signal, left.signal, closed.signal]);
      if (either.aborted) throw AppError.from(either.reason);
      const counts: Generation = { inputTokens: 0, outputTokens: 0 };
      const pieces = createPieceQueue();
      const abort = () => pieces.fail(AppError.from(either.reason));
      either.addEventListener('abort', abort, { once: true });
      const answering = line.run(either, () => answer(request, counts, either, pieces.push));
      answering.then(pieces.end, pieces.fail);
      try {
        for await (const text of pieces.read()) yield { type: 'delta', text };
        yield { type: 'usage', usage: { ...noModelUsage, calls: 1, ...counts } };
        yield { type: 'end', reason: await answering };
      } catch (error) {
        if (counts.inputTokens > 0) yield { type: 'usage', usage: { ...noModelUsage, calls: 1, ...counts } };
        throw AppError.from(error);
      } finally {
        either.removeEventListener('abort', abort);
        left.abort();
      }
    },
    async close() {
      closed.abort(new AppError('canceled', `${modelId} is closed`));
      await line.idle();
      await model.dispose();
    },
  };
}
