import { parseGiven, visibleName } from '@winnow/core';
import type { SearchHit, SearchResponse } from '@winnow/engine';
import { searchModes, searchRequestSchema } from '@winnow/engine/requests';
import { type Command, Option } from 'commander';
import { filter, numberBetween, wholeNumber } from '../arguments.ts';
import { costText } from '../output/cost.ts';
import { explainHit, stagesOf } from '../output/explain-hit.ts';
import { someOf } from '../output/figures.ts';
import { type FormatOptions, type Listing, printListing, withFormats } from '../output/listing.ts';
import { placeText } from '../output/place-text.ts';
import { print, printNote } from '../output/print.ts';
import { shorten } from '../output/table.ts';
import { withQueries } from '../queries/with-queries.ts';
import type { Environment } from '../with-engine.ts';

export function registerSearch(program: Command, environment: Environment): void {
  withFormats(program.command('search <name> <query...>'))
    .description('Find passages: recall wide (BM25 and embeddings), fuse, rerank.')
    .addOption(new Option('--mode <mode>', 'legs of the recall').choices([...searchModes]).default('hybrid'))
    .addOption(
      new Option('--fusion <name>', 'how two legs become one').choices(['z-score', 'rrf', 'min-max']),
    )
    .option('--bm25-weight <share>', 'share of BM25 in the fused score (default: 0.5)', numberBetween(0, 1))
    .option('--feedback', 'search again with words and vectors of what was found first')
    .option('--rerank <model>', "reranker, judge, or none (default: the configuration's)")
    .option('-k <n>', 'hits to return', wholeNumber(1, 500), 10)
    .option('--candidates <n>', 'candidates of each leg', wholeNumber(1, 500))
    .option('--filter <json>', 'condition on metadata', filter)
    .option('--threshold <score>', 'lowest rerank score, 0–1; cross-encoders and judges', numberBetween(0, 1))
    .option(
      '--mmr <lambda>',
      'diversity: 1 keeps the order, 0 looks at difference alone',
      numberBetween(0, 1),
    )
    .addOption(
      new Option('--duplicates <how>', 'passages that say the same as a hit').choices(['collapse', 'show']),
    )
    .option('--neighbours <n>', 'chunks before and after each hit to show with it', wholeNumber(0, 5))
    .option('--explain', 'print what placed each hit: its stages, and what a judge said of it')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow search handbook "how do I roll back?"
  $ winnow search handbook "how do I roll back?" --rerank judge --explain
  $ winnow search handbook "how do I roll back?" --rerank judge@listwise:gpt-4o-mini --threshold 0.6
  $ winnow search handbook "rollback" --mode bm25 --rerank none -k 3 --json
  $ winnow search papers "vaccines" --filter '{"op":"range","field":"year","gte":2020}'
  $ winnow search papers "vaccines" --filter '{"op":"in","field":"lang","values":["en","zh"]}'

Where a winnow serve runs on the same data folder it is asked: its models are loaded already.
Filter operators: eq, in, range (gt gte lt lte), exists, and, or, not.`,
    )
    .action((name: string, words: readonly string[], options: FormatOptions & Record<string, unknown>) => {
      const { format, json: _, explain, mmr, ...rest } = options;
      const request = parseGiven(
        searchRequestSchema,
        {
          query: words.join(' '),
          ...rest,
          ...(typeof mmr === 'number' && { mmr: { lambda: mmr } }),
        },
        'the request',
      );
      return withQueries(environment, name, request, async ({ queries, signal, notesOn }, asked) => {
        const found = await queries.search(name, asked, signal);
        const notes = [...found.notes, ...(await notesOn(found.hits.length))];
        const response = { ...found, notes };
        if (format === 'table') printHits(response, explain === true);
        else printListing({ format }, response, listingOf(response));
      });
    });
}

function listingOf({ hits }: SearchResponse): Listing {
  return {
    columns: ['rank', 'document', 'place', 'title', 'text'],
    rows: hits.map((hit, at) => [at + 1, hit.documentId, placeText(hit), hit.title, hit.text]),
  };
}

/** To people a hit is more than a row of a table. */
function printHits(response: SearchResponse, explain: boolean): void {
  const stages = stagesOf(response.hits);
  if (response.hits.length === 0) printNote('nothing found');
  for (const [at, hit] of response.hits.entries()) {
    print(
      `${at + 1}. ${[hit.title, ...hit.headings.filter((heading) => heading !== hit.title)].join(' > ')}`,
      'bold',
    );
    const where = [visibleName(hit.documentId), placeText(hit)].filter((part) => part !== '').join(', ');
    print(`   ${where}${explain ? '' : `  ${placesOf(hit)}`}`);
    if (explain) for (const line of explainHit(hit, stages)) print(`   ${line}`);
    if (hit.duplicates.length > 0) print(`   the same: ${sameAs(hit)}`);
    print(`   ${shorten(hit.context?.text ?? hit.text, 300)}\n`);
  }
  const timings = Object.entries(response.timingsMs).map(([stage, ms]) => `${stage} ${ms.toFixed(1)} ms`);
  printNote(timings.join(' · '));
  if (explain) print(`${rerankedBy(response)}, cost ${costText(response.cost)}`);
  for (const note of response.notes) printNote(`note: ${note}`);
}

/** Where else it stands, each document once. */
function sameAs({ duplicates }: SearchHit): string {
  const documents = new Set(duplicates.map(({ documentId }) => documentId));
  return someOf([...documents], 3);
}

function rerankedBy({ reranker }: SearchResponse): string {
  if (reranker === null) return 'not reranked';
  return `reranked by ${reranker.modelId}: ${reranker.candidates} candidates`;
}

function placesOf(hit: SearchHit): string {
  return Object.entries(hit.stages)
    .flatMap(([stage, score]) =>
      score === null ? [] : [`${stage} #${score.rank} (${score.score.toFixed(3)})`],
    )
    .join('  ');
}
