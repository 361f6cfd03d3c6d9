import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { costText } from '../output/cost.ts';
import { type FormatOptions, printListing, withFormats } from '../output/listing.ts';
import { type Environment, withEngine } from '../with-engine.ts';

export function registerRuns(program: Command, environment: Environment): void {
  withFormats(program.command('runs <name>'))
    .description('Ingest runs of a corpus, newest first.')
    .option('--limit <n>', 'how many at most', wholeNumber(1, 100), 20)
    .addHelpText(
      'after',
      '\nExample:\n  $ winnow runs handbook --limit 5\n\n`winnow status RUN` tells more of one.',
    )
    .action((name: string, options: FormatOptions & { limit: number }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const runs = await engine.runs.list(name, options.limit);
        printListing(
          options,
          { runs },
          {
            columns: [
              'run',
              'kind',
              'state',
              'started',
              'new',
              'changed',
              'unchanged',
              'deleted',
              'failed',
              'cost',
              'reason',
            ],
            rows: runs.map((run) => [
              run.run,
              run.kind,
              run.waiting === null ? run.state : `waits: ${run.waiting.reason}`,
              run.startedAt,
              run.documents.new,
              run.documents.changed,
              run.documents.unchanged,
              run.documents.deleted,
              run.documents.failed,
              costText(run.cost),
              run.reason,
            ]),
          },
        );
      }),
    );
}
