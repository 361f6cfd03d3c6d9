import { parseGiven } from '@winnow/core';
import { type SimilarHit, similarRequestSchema } from '@winnow/engine';
import type { Command } from 'commander';
import { collect, filter, numberBetween, wholeNumber } from '../arguments.ts';
import { type FormatOptions, type Listing, printListing, withFormats } from '../output/listing.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface SimilarOptions extends FormatOptions {
  readonly not?: readonly string[];
  readonly k: number;
  readonly filter?: unknown;
  readonly mmr?: number;
}

export function registerSimilar(program: Command, environment: Environment): void {
  withFormats(program.command('similar <name> <ids...>'))
    .description('Documents like these, by the vectors that are stored.')
    .option('--not <id>', 'a document to stay away from; may be repeated', collect)
    .option('-k <n>', 'documents to return', wholeNumber(1, 500), 10)
    .option('--filter <json>', 'condition on metadata', filter)
    .option(
      '--mmr <lambda>',
      'diversity: 1 keeps the order, 0 looks at difference alone',
      numberBetween(0, 1),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ winnow similar handbook operations/rollback.md
  $ winnow similar papers 4983 5836 --not 7912 -k 20 --mmr 0.7
  $ winnow similar papers 4983 --filter '{"op":"range","field":"year","gte":2020}' --json`,
    )
    .action((name: string, ids: readonly string[], options: SimilarOptions) => {
      const { k, filter, mmr, not: unlike } = options;
      const request = parseGiven(
        similarRequestSchema,
        {
          like: ids,
          k,
          ...(unlike !== undefined && { unlike }),
          ...(filter !== undefined && { filter }),
          ...(mmr !== undefined && { mmr: { lambda: mmr } }),
        },
        'the request',
      );
      return withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const response = await engine.discovery.similar(name, request, signal);
        printListing(options, response, listingOf(response.hits));
      });
    });
}

function listingOf(hits: readonly SimilarHit[]): Listing {
  return {
    columns: ['document', { name: 'title', cut: 60 }, { name: 'score', decimals: 2 }],
    rows: hits.map(({ documentId, title, score }) => [documentId, title, score]),
    ifEmpty: 'nothing else is in the corpus that passes the filter',
  };
}
