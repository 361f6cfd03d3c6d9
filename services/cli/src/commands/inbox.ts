import { AppError, visibleName } from '@winnow/core';
import type { InboxItem, InboxSelection } from '@winnow/engine';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { countOf } from '../output/figures.ts';
import { type FormatOptions, printListing, withFormats } from '../output/listing.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { finishRun } from '../runs/finish-run.ts';
import { workOnRun } from '../runs/work-on-run.ts';
import { type Environment, withEngine } from '../with-engine.ts';
import { requireWork } from './ingest.ts';

interface SelectionOptions {
  readonly cause?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

export function registerInbox(program: Command, environment: Environment): void {
  const inbox = program
    .command('inbox')
    .description('Documents that did not get in, and why.')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow inbox handbook                   the same as winnow inbox list handbook
  $ winnow inbox retry handbook --cause gave_up
  $ winnow inbox dismiss handbook --cause unsupported_type`,
    );
  registerList(inbox, environment);
  registerShow(inbox, environment);
  registerRetry(inbox, environment);
  registerDismiss(inbox, environment);
}

function registerList(inbox: Command, environment: Environment): void {
  withFormats(inbox.command('list <name>', { isDefault: true }))
    .description('What is in the inbox of a corpus; `list` may be left out.')
    .option('--cause <code>', 'only documents with this cause')
    .option('--limit <n>', 'how many at most', wholeNumber(1, 1_000), 100)
    .option('--after <next>', 'go on behind the page before: its `next`')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow inbox handbook
  $ winnow inbox handbook --cause unsupported_type --limit 10
  $ winnow inbox handbook --json | jq -r '.items[].documentId'`,
    )
    .action((name: string, options: FormatOptions & { cause?: string; limit: number; after?: string }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const { format, json: _, ...query } = options;
        const page = await engine.inbox.list(name, query);
        printListing({ format }, page, {
          columns: ['document', 'cause', 'tries', 'since', { name: 'why', cut: 80 }],
          rows: page.items.map(rowOf),
          ifEmpty: `nothing is in the inbox of ${name}`,
        });
        if (format !== 'json' && page.next !== null)
          printNote(`note: there are more; --after ${page.next} shows them`);
      }),
    );
}

function rowOf({ documentId, cause, attempts, since, message }: InboxItem): (string | number)[] {
  return [documentId, cause, attempts, since, message];
}

function registerShow(inbox: Command, environment: Environment): void {
  inbox
    .command('show <name> <id>')
    .description('One document of the inbox, with its whole reason.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ winnow inbox show handbook pictures/plan.png')
    .action((name: string, id: string, options: { json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const item = await engine.inbox.show(name, id);
        if (options.json) return printJson(item);
        print(
          `${visibleName(item.documentId)}: ${item.cause}, ${countOf(item.attempts, 'attempt')}, since ${item.since}`,
        );
        print(item.message);
        if (item.searchable) print('An older version of it is found.');
        if (item.dismissed) print('It was dismissed: nothing more is heard of it until it changes.');
      }),
    );
}

function registerRetry(inbox: Command, environment: Environment): void {
  selecting(inbox.command('retry <name> [ids...]'))
    .description('Take documents of the inbox up again, whatever they failed for.')
    .option('--no-work', 'only follow the run; leave the work to `winnow worker` processes (full mode)')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow inbox retry handbook --all
  $ winnow inbox retry handbook --cause gave_up
  $ winnow inbox retry handbook report.pdf minutes.docx --json`,
    )
    .action((name: string, ids: string[], options: SelectionOptions & { work: boolean }) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow inbox retry ${name}` },
        async ({ engine, signal }) => {
          const { work, json = false } = options;
          requireWork(engine, work);
          const started = await engine.inbox.retry(name, selectionOf(ids, options));
          finishRun(await workOnRun(engine, started, { work, quiet: json, signal }), { json });
        },
      ),
    );
}

function registerDismiss(inbox: Command, environment: Environment): void {
  selecting(inbox.command('dismiss <name> [ids...]'))
    .description('Hear no more of documents until they change at the source.')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow inbox dismiss handbook --cause unsupported_type
  $ winnow inbox dismiss handbook pictures/plan.png`,
    )
    .action((name: string, ids: string[], options: SelectionOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow inbox dismiss ${name}` },
        async ({ engine }) => {
          const dismissed = await engine.inbox.dismiss(name, selectionOf(ids, options));
          if (options.json) return printJson({ dismissed });
          print(`${countOf(dismissed, 'document')} dismissed`);
        },
      ),
    );
}

function selecting(command: Command): Command {
  return command
    .option('--cause <code>', 'documents with this cause')
    .option('--all', 'everything in the inbox')
    .option('--json', 'print JSON');
}

/** @throws AppError `invalid_argument` where it is not said which, or said twice. */
function selectionOf(ids: readonly string[], { cause, all = false }: SelectionOptions): InboxSelection {
  const isNamed = ids.length > 0 || cause !== undefined;
  if (isNamed === all) {
    const problem = all ? '--all goes with nothing else' : 'say which documents';
    throw new AppError('invalid_argument', `${problem}: name them, or give --cause CODE, or --all`);
  }
  return { ...(ids.length > 0 && { documentIds: ids }), ...(cause !== undefined && { cause }) };
}
