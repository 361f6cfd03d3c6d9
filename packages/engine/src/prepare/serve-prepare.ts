import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Parse, Tokenizer } from '@winnow/core';
import { prepareDocument } from '@winnow/ingestion/prepare-document';
import { createEstimatingTokenizer, loadTokenizer } from '@winnow/models/tokenizers';
import { openMail } from '@winnow/parsing';
import { packed } from './packed-document.ts';
import {
  otherVersionExit,
  type PrepareAnswer,
  type PrepareTask,
  prepareVersion,
  progressDescriptor,
  progressOf,
  type TokenizerPath,
  type WorkResult,
} from './prepare-task.ts';

/** Answers wait for each other this long at most, so that small documents cost a message together. */
const gatherMs = 20;

const tokenizers = new Map<TokenizerPath, Tokenizer>();

/**
 * Makes this process one that parses what is sent, one document at a time, watches its memory, and ends with its parent.
 * @param parse of bytes that nobody trusts.
 */
export function servePrepare(parse: Parse): void {
  const [, , maxResidentMb, version] = process.argv.map(Number);
  if (version !== prepareVersion) process.exit(otherVersionExit);
  new Worker(new URL('./child-watch.ts', import.meta.url), { workerData: { maxResidentMb } }).unref();
  process.on('disconnect', () => process.exit());
  process.on('message', (tasks: readonly PrepareTask[]) => void prepareAll(parse, tasks));
}

async function prepareAll(parse: Parse, tasks: readonly PrepareTask[]): Promise<void> {
  let answers: PrepareAnswer[] = [];
  let sentAt = performance.now();
  for (const task of tasks) {
    if (answers.length > 0 && performance.now() - sentAt > gatherMs) {
      await send(answers);
      answers = [];
      sentAt = performance.now();
    }
    writeSync(progressDescriptor, progressOf(task.id));
    answers.push({ id: task.id, result: await workOn(parse, task) });
  }
  await send(answers);
}

async function workOn(parse: Parse, { raw, work }: PrepareTask): Promise<WorkResult> {
  try {
    if (work.kind === 'open-mail') return await openMail(raw, work.wanted);
    const { chunking, maxTokens } = work;
    const tokenizer = tokenizerAt(work.tokenizer);
    return packed(await prepareDocument(raw, { parse, tokenizer, chunking, maxTokens }));
  } catch (error) {
    // Readers are loaded with the first document of their kind: after an update under this process they may be gone.
    if (isGone(error)) process.exit(otherVersionExit);
    const message = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    return { ok: false, reason: { code: 'malformed', message: `the parser failed: ${message}` } };
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

/** Waits until it has left the process, which the next document may bring down. */
async function send(answers: readonly PrepareAnswer[]): Promise<void> {
  await new Promise<void>((resolve) => process.send?.(answers, undefined, undefined, () => resolve()));
}

function tokenizerAt(path: TokenizerPath): Tokenizer {
  const known = tokenizers.get(path);
  if (known !== undefined) return known;
  const tokenizer = path === null ? createEstimatingTokenizer() : loadTokenizer(path);
  tokenizers.set(path, tokenizer);
  return tokenizer;
}
