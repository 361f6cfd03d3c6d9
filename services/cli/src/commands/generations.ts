import { AppError } from '@winnow/core';
import type { GenerationList, Switched } from '@winnow/engine';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { countOf, someOf } from '../output/figures.ts';
import {
  type Format,
  type FormatOptions,
  type Listing,
  printListing,
  withFormats,
} from '../output/listing.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { agreeTo, yesOption } from '../runs/agree-to.ts';
import { type Environment, withEngine } from '../with-engine.ts';

/** `generations`, `promote` and `rollback`. */
export function registerGenerations(program: Command, environment: Environment): void {
  registerList(program, environment);
  registerPromote(program, environment);
  registerRollback(program, environment);
}

function registerList(program: Command, environment: Environment): void {
  withFormats(program.command('generations <name>'))
    .description(
      'The builds of a corpus: the one that readers see, the next one, and those kept to go back to.',
    )
    .option('--drop <number>', 'give up one that nobody reads', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option(...yesOption)
    .addHelpText(
      'after',
      '\nExamples:\n  $ winnow generations handbook\n  $ winnow generations handbook --drop 2\n  $ winnow generations handbook --drop 2 --yes',
    )
    .action((name: string, { drop, yes = false, format }: FormatOptions & { drop?: number; yes?: boolean }) =>
      withEngine(
        environment,
        drop === undefined
          ? { kind: 'read' }
          : { kind: 'write', purpose: `winnow generations ${name} --drop ${drop}` },
        async ({ engine, signal }) => {
          if (drop !== undefined) {
            const what = dropText(name, drop, await engine.generations.list(name));
            if (!(await agreeTo({ what }, yes, signal))) return;
            await engine.generations.drop(name, drop, signal);
          }
          const list = await engine.generations.list(name);
          printListing({ format }, list, listingOf(list, format));
        },
      ),
    );
}

function dropText(name: string, drop: number, { generations }: GenerationList): string {
  const dropped = generations.find(({ generation }) => generation === drop);
  // Whether there is one is found out by who drops it.
  const documents = dropped === undefined ? '' : `, which holds ${countOf(dropped.documents, 'document')}`;
  return `give up generation ${drop} of ${name}${documents}`;
}

function registerPromote(program: Command, environment: Environment): void {
  program
    .command('promote <name>')
    .description('Switch readers to the generation that is ready and was verified.')
    .option('--force', 'though it was not verified, did not pass, or lacks something; needs --reason')
    .option('--reason <text>', 'why it is forced; kept with the corpus')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow verify handbook && winnow promote handbook
  $ winnow promote handbook --force --reason "the old model is switched off today"

Queries under way end on the generation that they began on. The one before is kept for a day: winnow rollback handbook.`,
    )
    .action((name: string, { force, reason, json }: { force?: boolean; reason?: string; json?: boolean }) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow promote ${name}` },
        async ({ engine, signal }) => {
          const forced = reasonOf(force, reason);
          tell(name, await engine.generations.promote(name, { forced }, signal), json);
        },
      ),
    );
}

function reasonOf(force: boolean | undefined, reason: string | undefined): string | null {
  const isForced = force === true;
  const text = reason?.trim() ?? '';
  if (isForced !== (text !== '')) {
    throw new AppError('invalid_argument', 'give --force and --reason together: the reason is kept');
  }
  return isForced ? text.slice(0, 1_000) : null;
}

function registerRollback(program: Command, environment: Environment): void {
  program
    .command('rollback <name>')
    .description('Switch readers back to the generation before, as it was.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ winnow rollback handbook && winnow ingest handbook')
    .action((name: string, { json }: { json?: boolean }) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow rollback ${name}` },
        async ({ engine, signal }) => tell(name, await engine.generations.rollback(name, signal), json),
      ),
    );
}

function tell(name: string, switched: Switched, json = false): void {
  const { live, before, gap } = switched;
  if (json) {
    printJson(switched);
    return;
  }
  print(`generation ${live} of ${name} is live; generation ${before} was`);
  if (gap.documents === 0) return;
  const which = someOf(gap.samples, gap.samples.length, gap.documents);
  printNote(
    `they differ in ${countOf(gap.documents, 'document')} (${which}): winnow ingest ${name} brings it up to date`,
  );
}

function listingOf({ generations, live }: GenerationList, format: Format): Listing {
  const rows = generations.map((each) => [
    format === 'table' && each.generation === live ? `${each.generation} (live)` : each.generation,
    each.state,
    each.embedder,
    each.documents,
    each.chunks,
    reportText(each.report),
    each.promotedAt,
    each.expiresAt,
  ]);
  return {
    columns: ['generation', 'state', 'embedder', 'documents', 'chunks', 'verified', 'promoted', 'kept until'],
    rows,
  };
}

function reportText(report: GenerationList['generations'][number]['report']): string {
  if (report === null) return '';
  const failed = report.gates.filter(({ passed }) => !passed).map(({ name }) => name);
  return report.passed ? `passed ${report.at}` : `failed: ${failed.join(', ')}`;
}
