import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { costText } from '../output/cost.ts';
import { print, printJson } from '../output/print.ts';
import { tableOf } from '../output/table.ts';
import { type Environment, withEngine } from '../with-engine.ts';

export function registerRuns(program: Command, environment: Environment): void {
  program
    .command('runs <name>')
    .description('Ingest runs of a corpus, newest first.')
    .option('--limit <n>', 'how many at most', wholeNumber(1, 100), 20)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExample:\n  $ winnow runs handbook --limit 5\n\n`winnow status RUN` tells more of one.',
    )
    .action((name: string, options: { limit: number; json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const runs = await engine.runs.list(name, options.limit);
        if (options.json) return printJson({ runs });
        print(
          tableOf(
            [
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
            runs.map((run) => [
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
              run.reason ?? '',
            ]),
          ),
        );
      }),
    );
}
