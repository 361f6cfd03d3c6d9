import type { MailAttachments } from '@winnow/core';
import type { SourceView } from '@winnow/engine';
import type { Command } from 'commander';
import { type FormatOptions, printListing, withFormats } from '../output/listing.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { type Environment, withEngine } from '../with-engine.ts';
import { namedSource } from './corpus.ts';
import {
  addSourceOptions,
  mailAttachmentsOption,
  type SourceOptions,
  sourceOptionsOf,
} from './source-options.ts';

interface AddOptions extends SourceOptions {
  readonly json?: boolean;
}

export function registerSource(program: Command, environment: Environment): void {
  const source = program
    .command('source')
    .description('Add sources to a corpus, list and change them, and take them away.');
  registerAdd(source, environment);
  registerList(source, environment);
  registerSet(source, environment);
  registerRemove(source, environment);
}

function registerAdd(source: Command, environment: Environment): void {
  const add = source
    .command('add <name> <source>')
    .description('Give a corpus another source. Nothing is read yet: `winnow ingest` does that.');
  addSourceOptions(add)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow source add handbook wiki=./wiki
  $ winnow source add handbook s3://company-docs/manuals --include '**/*.pdf'
  $ winnow source add handbook faq=./faq.csv --text-field question answer
  $ winnow source add handbook faq=postgres://db.example.com/support/questions --text-field question answer
  $ winnow source add handbook push:

The source is written as for winnow corpus create, after its name and = or without one: then it is named by the last part
of where it is. Ids of its documents begin with the name: wiki:start.md. Those of the sources that are there stay as they
are. Under the name of a removed source it takes that one's place: what is the same is unchanged, what is not there is gone.`,
    )
    .action((name: string, given: string, { json, ...options }: AddOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow source add ${name}` },
        async ({ engine, signal }) => {
          const wanted = { ...namedSource(given), ...sourceOptionsOf(options) };
          const added = await engine.sources.add(name, wanted, signal);
          if (json) return printJson(added);
          print(
            `source ${added.sourceId} ${added.isBack ? 'is back in' : 'added to'} corpus ${name}: ${idsOf(added)}`,
          );
          printNote(`next: winnow ingest ${name}`);
        },
      ),
    );
}

function registerList(source: Command, environment: Environment): void {
  withFormats(source.command('list <name>'))
    .description('Sources of a corpus, and removed ones of which documents are still there.')
    .addHelpText(
      'after',
      "\nExamples:\n  $ winnow source list handbook\n  $ winnow source list handbook --json | jq '.sources[].address'",
    )
    .action((name: string, options: FormatOptions) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const sources = await engine.sources.list(name);
        const columns = ['source', 'kind', 'where', 'ids of documents', 'state'];
        printListing(options, { sources }, { columns, rows: sources.map(rowOf) });
      }),
    );
}

function registerSet(source: Command, environment: Environment): void {
  source
    .command('set <name> <source>')
    .description('Change what was chosen of a source. Nothing is read yet: `winnow ingest` does that.')
    .addOption(mailAttachmentsOption().makeOptionMandatory())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow source set post mails --mail-attachments documents
  $ winnow plan post                         what the next ingest will do

As documents, attachments are found by themselves, and what cannot be read of them is in the inbox. As parts, they are
text of their mail. Either way the mails that have any are read anew by the next ingest, and attachments that were
documents are deleted, as far as the deletion guard lets it. Of a bucket each new process then reads the mails to find out
what is attached to them.`,
    )
    .action((name: string, sourceId: string, options: { mailAttachments: MailAttachments; json?: boolean }) =>
      withEngine(environment, { kind: 'write', purpose: `winnow source set ${name}` }, async ({ engine }) => {
        const { mailAttachments, json } = options;
        const changed = await engine.sources.change(name, sourceId, { mailAttachments });
        if (json) return printJson(changed);
        print(`source ${changed.sourceId} of corpus ${name}: attachments of mails are ${wordsFor(changed)}`);
        printNote(`next: winnow plan ${name} shows what that leads to, winnow ingest ${name} does it`);
      }),
    );
}

function wordsFor({ mailAttachments }: SourceView): string {
  return mailAttachments === 'documents' ? 'documents of their own' : 'parts of their mails';
}

function registerRemove(source: Command, environment: Environment): void {
  source
    .command('remove <name> <source>')
    .description('Take a source away from a corpus. Its documents stay until the next ingest.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow source remove handbook wiki
  $ winnow plan handbook                     what the next ingest would delete
  $ winnow ingest handbook --approve-deletions 250

Nothing is deleted at once: the next ingest has the documents of the source as deletions, and withholds them where they
are more than the deletion guard lets through. Until then, winnow source add under the same name, with the same
options, undoes the removal.
What was pushed to a source push: is forgotten with its documents.`,
    )
    .action((name: string, sourceId: string, options: { json?: boolean }) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow source remove ${name}` },
        async ({ engine }) => {
          const removed = await engine.sources.remove(name, sourceId);
          if (options.json) return printJson(removed);
          print(
            `source ${removed.sourceId} removed from corpus ${name}: its documents stay until the next ingest`,
          );
          printNote(
            `winnow plan ${name} shows what that will delete; winnow source add undoes it until then`,
          );
        },
      ),
    );
}

function rowOf(source: SourceView): string[] {
  const { sourceId, kind, address, removedAt } = source;
  const state = removedAt === null ? '' : `removed ${removedAt}: its documents go with the next ingest`;
  return [sourceId, kind, address, idsOf(source), state];
}

function idsOf({ prefix }: SourceView): string {
  return prefix === '' ? 'its own ids' : `ids begin with ${prefix}`;
}
