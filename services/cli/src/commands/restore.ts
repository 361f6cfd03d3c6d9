import type { RestoreReport } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { collect } from '../arguments.ts';
import { countOf, formatCount, someOf } from '../output/figures.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { createStatusLine } from '../output/status-line.ts';
import { type Environment, withEngine } from '../with-engine.ts';
import { namedSource } from './corpus.ts';

interface RestoreCommandOptions {
  readonly as?: string;
  readonly source?: readonly string[];
  readonly json?: boolean;
}

/** Documents named in a note. */
const named = 10;

export function registerRestore(program: Command, environment: Environment): void {
  program
    .command('restore <file>')
    .description('Make a corpus of an archive, with all that was embedded: no model is called.')
    .option('--as <name>', 'name of the corpus (default: the one that was archived)')
    .option(
      '--source <id=path>',
      'where a source is on this machine; may be repeated, and the id left out where there is one source',
      collect,
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow restore handbook.winnow
  $ winnow restore handbook.winnow --as handbook-before
  $ winnow restore intranet.winnow --source wiki=/srv/wiki --source blog=/srv/posts.jsonl

The file is checked from its beginning to its end before anything is made. Until the last document is there the corpus
says that it is incomplete, and cannot be searched; after a crash or Ctrl-C the same command goes on, and
winnow corpus delete gives it up. A name that is taken is refused. Exit code 1 where the index refused documents.`,
    )
    .action((file: string, { as, source, json = false }: RestoreCommandOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow restore ${file}` },
        async ({ engine, signal }) => {
          const line = createStatusLine();
          try {
            line.show(`${file}: being checked`);
            const report = await engine.archives.restore(
              file,
              {
                ...(as !== undefined && { as }),
                ...(source !== undefined && { sources: source.map(namedSource) }),
                onProgress: ({ documents, chunks, ofChunks }) =>
                  line.show(
                    `${file}: ${countOf(documents, 'document')}, ${formatCount(chunks)} of ${countOf(ofChunks, 'chunk')}`,
                  ),
              },
              signal,
            );
            line.stop();
            printReport(report, json);
          } finally {
            line.stop();
          }
        },
      ),
    );
}

function printReport(report: RestoreReport, json: boolean): void {
  const { corpus, counts, run, warnings, refused } = report;
  if (json) printJson(report);
  else {
    print(
      `corpus ${corpus} restored by run ${run.run}: ${countOf(counts.searchable - refused.length, 'searchable document')}, ${countOf(run.chunks.reused, 'chunk')}, ${formatCount(counts.failed + refused.length)} in the inbox, ${countOf(run.modelCalls, 'model call')}`,
    );
  }
  for (const warning of warnings) printNote(`note: ${warning}`);
  if (counts.omitted > 0) {
    printNote(
      `note: ${countOf(counts.omitted, 'document')} of the corpus could not be archived: winnow ingest ${corpus} brings them`,
    );
  }
  if (refused.length === 0) return;
  printNote(
    `the index refused ${countOf(refused.length, 'document')}: ${someOf(refused, named)}. See winnow inbox ${corpus}`,
  );
  process.exitCode ??= exitCodes.no;
}
