import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, normalize, sep } from 'node:path';
import { AppError, type ContentChange, type DocumentId, maxDocumentBytes, visibleName } from '@winnow/core';
import { type Engine, type PushedDocument, problemOfId } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { print, printJson } from '../output/print.ts';
import { type CommandTools, type Environment, withEngine } from '../with-engine.ts';

interface PushCommand {
  readonly id?: string;
  readonly title?: string;
  readonly records?: string;
  readonly delete?: readonly string[];
  readonly documentVersion?: number;
  readonly wait: boolean;
  readonly json?: boolean;
}

/** What is told of a document, or of a line that is none. */
type Told = Pick<PushedDocument, 'state' | 'reason'> & {
  readonly documentId: string | null;
  readonly outcome: string;
  readonly message?: string;
};

/** How long a document may take until it can be found. */
const waitMs = 10 * 60_000;
const graceMs = 5_000;
const refusals: ReadonlySet<string> = new Set(['older', 'taken_id', 'key_reused', 'malformed']);

export function registerPush(program: Command, environment: Environment): void {
  program
    .command('push <name> [files...]')
    .description('Send documents to a corpus with a source push:. Each can be found within seconds.')
    .option('--id <id>', 'of the one file (default: its path)')
    .option('--title <title>', 'of the one file')
    .option(
      '--records <file>',
      'JSON lines as the HTTP API takes them, one document each; - for standard input',
    )
    .option('--delete <ids...>', 'delete documents that were pushed')
    .option(
      '--document-version <n>',
      'of all of them: a version that is older than what is there changes nothing',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--no-wait', 'do not wait until they can be found')
    .option('--json', 'print a line of JSON for each document')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow corpus create notes --source push:
  $ winnow push notes meeting.md
  $ winnow push notes report.html --id reports/2026-01 --title 'January' --document-version 3
  $ winnow push notes --records changes.jsonl
  $ winnow push notes --delete meeting.md

Exit code 1: a document was refused or ended in the inbox, which is said. Beside a \`winnow serve\` on the same data
folder documents are sent over HTTP: PUT /v1/corpora/NAME/documents/ID.`,
    )
    .action((name: string, files: readonly string[], options: PushCommand) =>
      withEngine(environment, { kind: 'write', purpose: `winnow push ${name}` }, (tools) =>
        push(tools, name, files, options),
      ),
    );
}

async function push(
  { engine, signal }: CommandTools,
  name: string,
  files: readonly string[],
  options: PushCommand,
): Promise<void> {
  requireSomething(files, options);
  // Without a server nobody else would do the work.
  const worker = engine.mode === 'embedded' && options.wait ? engine.createWorker() : null;
  let isRefused = false;
  try {
    await worker?.start();
    for await (const told of pushed(engine, name, files, options, signal)) {
      const isPending = told.state === 'pending' && options.wait && told.documentId !== null;
      const done = isPending
        ? await engine.push.whenDone(name, told.documentId ?? '', { timeoutMs: waitMs, signal })
        : {};
      isRefused = tell({ ...told, ...done }, options) || isRefused;
    }
  } finally {
    await worker?.close({ graceMs });
  }
  if (isRefused) process.exitCode = exitCodes.no;
}

function requireSomething(files: readonly string[], options: PushCommand): void {
  const { id, title, records, delete: doomed = [] } = options;
  if (files.length === 0 && records === undefined && doomed.length === 0) {
    throw new AppError('invalid_argument', 'give files, --records FILE or --delete ID');
  }
  if (files.length !== 1 && (id !== undefined || title !== undefined)) {
    throw new AppError('invalid_argument', '--id and --title are of one file');
  }
}

async function* pushed(
  engine: Engine,
  name: string,
  files: readonly string[],
  { id, title, records, delete: doomed = [], documentVersion }: PushCommand,
  signal: AbortSignal,
): AsyncGenerator<Told> {
  const version = documentVersion ?? null;
  for (const file of files) {
    const content = { content: await bytesOf(file), mediaType: null, title: title ?? null, metadata: {} };
    yield await engine.push.push(name, { ...changeOf(id ?? idOf(file), version), content }, signal);
  }
  for (const each of doomed) {
    yield await engine.push.push(name, { ...changeOf(each, version), content: null }, signal);
  }
  if (records === undefined) return;
  const stream = records === '-' ? process.stdin : createReadStream(records);
  yield* engine.push.pushLines(name, stream, signal);
}

/** @returns whether it was refused, or failed. */
function tell(told: Told, { json }: PushCommand): boolean {
  const { documentId, outcome, message, state, reason } = told;
  const isRefused = refusals.has(outcome);
  if (json) printJson(told);
  else {
    const why = message ?? reason?.message;
    print(
      `${documentId === null ? '(no document)' : visibleName(documentId)}: ${isRefused ? `refused, ${outcome}` : (state ?? outcome)}${why === undefined ? '' : ` (${why})`}`,
    );
  }
  return isRefused || state === 'failed';
}

function changeOf(id: string, version: number | null): Omit<ContentChange, 'content'> {
  const problem = problemOfId(id);
  if (problem !== null) throw new AppError('invalid_argument', problem);
  return { documentId: id as DocumentId, version, idempotencyKey: null };
}

/** The path as it was given, without what leads out of the folder. */
function idOf(file: string): string {
  const path = normalize(file).split(sep).join('/');
  if (!isAbsolute(file) && !path.startsWith('../')) return path;
  return path.split('/').at(-1) ?? path;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw AppError.from(cause).code === 'not_found'
      ? new AppError('not_found', `there is nothing at ${file}`, { cause })
      : AppError.from(cause);
  });
  if (bytes.byteLength <= maxDocumentBytes) return bytes;
  throw new AppError(
    'invalid_argument',
    `${file} has ${bytes.byteLength} bytes; the limit is ${maxDocumentBytes}`,
  );
}
