import type { ArchiveReport } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { countOf, formatCount, someOf } from '../output/figures.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { createStatusLine } from '../output/status-line.ts';
import { type Environment, withEngine } from '../with-engine.ts';

/** Documents named in a note. */
const named = 10;

export function registerArchive(program: Command, environment: Environment): void {
  program
    .command('archive <name> <file>')
    .description('Write a corpus to one file: settings, documents, vectors, inbox, golden queries.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow archive handbook handbook.winnow
  $ winnow archive handbook /backup/handbook.winnow --json

winnow restore brings it back, here or on another machine, on the embedded index or on Elasticsearch, without a call of
a model. The file is there as a whole or not at all: it is written beside, as FILE.partial. The same corpus gives the
same bytes. It may be taken while an ingest is under way: each document is in it at one version.
Exit code 1 where documents are damaged: they are named, and not in the file.`,
    )
    .action((name: string, file: string, { json = false }: { json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const line = createStatusLine();
        try {
          const report = await engine.archives.write(
            name,
            file,
            {
              onProgress: ({ documents, chunks, ofChunks }) =>
                line.show(
                  `${name}: ${countOf(documents, 'document')}, ${formatCount(chunks)} of ${countOf(ofChunks, 'chunk')}`,
                ),
            },
            signal,
          );
          line.stop();
          printReport(report, file, json);
        } finally {
          line.stop();
        }
      }),
    );
}

function printReport(report: ArchiveReport, file: string, json: boolean): void {
  const { corpus, counts, omitted } = report;
  if (json) printJson(report);
  else {
    print(
      `corpus ${corpus} archived to ${file}: ${countOf(counts.searchable, 'searchable document')}, ${countOf(counts.chunks, 'chunk')}, ${formatCount(counts.failed)} in the inbox`,
    );
  }
  if (omitted.unfinished.length > 0) {
    printNote(
      `note: ${countOf(omitted.unfinished.length, 'document')} not searchable yet, and so not in the archive: ${someOf(omitted.unfinished, named)}`,
    );
  }
  if (omitted.damaged.length === 0) return;
  printNote(
    `${countOf(omitted.damaged.length, 'document')} damaged, with chunks lost, and so not in the archive: ${someOf(omitted.damaged, named)}. Mend them: winnow doctor ${corpus} --repair`,
  );
  process.exitCode ??= exitCodes.no;
}
