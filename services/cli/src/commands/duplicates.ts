import { parseGiven } from '@winnow/core';
import { type DuplicatesReport, duplicatesRequestSchema } from '@winnow/engine';
import type { Command } from 'commander';
import { numberBetween } from '../arguments.ts';
import { countOf } from '../output/figures.ts';
import { type FormatOptions, type Listing, printListing, withFormats } from '../output/listing.ts';
import { print } from '../output/print.ts';
import { createStatusLine } from '../output/status-line.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface DuplicatesOptions extends FormatOptions {
  readonly jaccard?: number;
  readonly cosine?: number;
}

export function registerDuplicates(program: Command, environment: Environment): void {
  withFormats(program.command('duplicates <name>'))
    .description('Documents that say the same as another one, nearly or word for word.')
    .option('--jaccard <share>', 'least share of common 5-character runs, 0.4–1', numberBetween(0.4, 1))
    .option('--cosine <cosine>', 'least cosine of the vectors, 0–1', numberBetween(0, 1))
    .addHelpText(
      'after',
      `
Examples:
  $ winnow duplicates handbook
  $ winnow duplicates handbook --jaccard 0.8
  $ winnow duplicates handbook --json | jq -r '.groups[].duplicates[].documentId'

Nothing is changed. Of a group the document with the shortest id is named as the original.`,
    )
    .action((name: string, { format, json: _, ...least }: DuplicatesOptions) => {
      const request = parseGiven(duplicatesRequestSchema, least, 'the request');
      return withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const line = createStatusLine();
        try {
          const onDocument = (count: number) => line.show(`${name}: ${countOf(count, 'document')} read`);
          const report = await engine.discovery.duplicates(name, request, { signal, onDocument });
          line.stop();
          if (format !== 'table' || report.groups.length > 0) {
            printListing({ format }, report, listingOf(report));
          }
          if (format === 'table') print(sumOf(report));
        } finally {
          line.stop();
        }
      });
    });
}

function listingOf({ groups }: DuplicatesReport): Listing {
  return {
    columns: [
      { name: 'original', isSaidOnce: true },
      'duplicate',
      { name: 'jaccard', decimals: 2 },
      { name: 'cosine', decimals: 2 },
    ],
    rows: groups.flatMap(({ original, duplicates }) =>
      duplicates.map(({ documentId, jaccard, cosine }) => [original, documentId, jaccard, cosine ?? 'lost']),
    ),
  };
}

function sumOf({ groups, documents, duplicates }: DuplicatesReport): string {
  return `${countOf(documents, 'document')}: ${countOf(duplicates, 'near-duplicate')} of ${countOf(groups.length, 'original')}`;
}
