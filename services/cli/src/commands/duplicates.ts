import { type DuplicatesReport, duplicatesRequestSchema } from '@winnow/engine';
import type { Command } from 'commander';
import { numberBetween, parseRequest } from '../arguments.ts';
import { countOf } from '../output/figures.ts';
import { print, printJson } from '../output/print.ts';
import { createStatusLine } from '../output/status-line.ts';
import { tableOf } from '../output/table.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface DuplicatesOptions {
  readonly jaccard?: number;
  readonly cosine?: number;
  readonly json?: boolean;
}

export function registerDuplicates(program: Command, environment: Environment): void {
  program
    .command('duplicates <name>')
    .description('Documents that say the same as another one, nearly or word for word.')
    .option('--jaccard <share>', 'least share of common 5-character runs, 0.4–1', numberBetween(0.4, 1))
    .option('--cosine <cosine>', 'least cosine of the vectors, 0–1', numberBetween(0, 1))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow duplicates handbook
  $ winnow duplicates handbook --jaccard 0.8
  $ winnow duplicates handbook --json | jq -r '.groups[].duplicates[].documentId'

Nothing is changed. Of a group the document with the shortest id is named as the original.`,
    )
    .action((name: string, { json: asJson, ...least }: DuplicatesOptions) => {
      const request = parseRequest(duplicatesRequestSchema, least);
      return withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const line = createStatusLine();
        try {
          const onDocument = (count: number) => line.show(`${name}: ${countOf(count, 'document')} read`);
          const report = await engine.discovery.duplicates(name, request, { signal, onDocument });
          line.stop();
          if (asJson) printJson(report);
          else printReport(report);
        } finally {
          line.stop();
        }
      });
    });
}

function printReport({ groups, documents, duplicates }: DuplicatesReport): void {
  if (groups.length > 0) {
    print(
      tableOf(
        ['original', 'duplicate', 'jaccard', 'cosine'],
        groups.flatMap(({ original, duplicates: members }) =>
          members.map(({ documentId, jaccard, cosine }, at) => [
            at === 0 ? original : '',
            documentId,
            jaccard.toFixed(2),
            cosine === null ? 'lost' : cosine.toFixed(2),
          ]),
        ),
      ),
    );
  }
  print(
    `${countOf(documents, 'document')}: ${countOf(duplicates, 'near-duplicate')} of ${countOf(groups.length, 'original')}`,
  );
}
