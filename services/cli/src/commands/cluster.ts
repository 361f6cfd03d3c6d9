import { parseGiven } from '@winnow/core';
import { type ClustersReport, clusterRequestSchema } from '@winnow/engine';
import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { countOf, someOf } from '../output/figures.ts';
import { type FormatOptions, type Listing, printListing, withFormats } from '../output/listing.ts';
import { print } from '../output/print.ts';
import { createStatusLine } from '../output/status-line.ts';
import { type Environment, withEngine } from '../with-engine.ts';

export function registerCluster(program: Command, environment: Environment): void {
  withFormats(program.command('cluster <name>'))
    .description('Topics of a corpus, by the vectors that are stored, each with its most telling words.')
    .option('--k <n>', 'how many topics (default: as many as part the documents best)', wholeNumber(2, 200))
    .addHelpText(
      'after',
      `
Examples:
  $ winnow cluster handbook
  $ winnow cluster handbook --k 12
  $ winnow cluster handbook --json | jq '.clusters[] | {label, size}'

Of more than 10,000 documents a sample makes the topics, and the others are put to the nearest.`,
    )
    .action((name: string, { format, json: _, ...wanted }: FormatOptions & { k?: number }) => {
      const request = parseGiven(clusterRequestSchema, wanted, 'the request');
      return withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const line = createStatusLine();
        try {
          const onDocument = (count: number) => line.show(`${name}: ${countOf(count, 'document')} read`);
          const report = await engine.discovery.clusters(name, request, { signal, onDocument });
          line.stop();
          printListing({ format }, report, topicsOf(report));
          if (format === 'table' && report.silhouette !== null) {
            print(`silhouette ${report.silhouette.toFixed(2)}`);
          }
        } finally {
          line.stop();
        }
      });
    });
}

function topicsOf({ clusters }: ClustersReport): Listing {
  return {
    columns: ['topic', 'documents', 'such as'],
    rows: clusters.map(({ label, size, documents }) => [label, size, someOf(documents, 3, size)]),
  };
}
