import { type ClustersReport, clusterRequestSchema } from '@winnow/engine';
import type { Command } from 'commander';
import { parseRequest, wholeNumber } from '../arguments.ts';
import { countOf, someOf } from '../output/figures.ts';
import { print, printJson } from '../output/print.ts';
import { createStatusLine } from '../output/status-line.ts';
import { tableOf } from '../output/table.ts';
import { type Environment, withEngine } from '../with-engine.ts';

export function registerCluster(program: Command, environment: Environment): void {
  program
    .command('cluster <name>')
    .description('Topics of a corpus, by the vectors that are stored, each with its most telling words.')
    .option('--k <n>', 'how many topics (default: as many as part the documents best)', wholeNumber(2, 200))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow cluster handbook
  $ winnow cluster handbook --k 12
  $ winnow cluster handbook --json | jq '.clusters[] | {label, size}'

Of more than 10,000 documents a sample makes the topics, and the others are put to the nearest.`,
    )
    .action((name: string, { json: asJson, ...wanted }: { k?: number; json?: boolean }) => {
      const request = parseRequest(clusterRequestSchema, wanted);
      return withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const line = createStatusLine();
        try {
          const onDocument = (count: number) => line.show(`${name}: ${countOf(count, 'document')} read`);
          const report = await engine.discovery.clusters(name, request, { signal, onDocument });
          line.stop();
          if (asJson) printJson(report);
          else printTopics(report);
        } finally {
          line.stop();
        }
      });
    });
}

function printTopics({ clusters, silhouette }: ClustersReport): void {
  print(
    tableOf(
      ['topic', 'documents', 'such as'],
      clusters.map(({ label, size, documents }) => [label, size, someOf(documents, 3, size)]),
    ),
  );
  if (silhouette !== null) print(`silhouette ${silhouette.toFixed(2)}`);
}
