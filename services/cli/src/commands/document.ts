import { documentStates, visibleName } from '@winnow/core';
import { type DocumentQuery, documentOrders } from '@winnow/engine';
import { type Command, Option } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { type FormatOptions, printListing, withFormats } from '../output/listing.ts';
import { placeText } from '../output/place-text.ts';
import { print, printJson } from '../output/print.ts';
import { shorten, tableOf } from '../output/table.ts';
import { type Environment, withEngine } from '../with-engine.ts';

export function registerDocument(program: Command, environment: Environment): void {
  const document = program.command('document').description('What became of each document.');

  document
    .command('show <name> <id>')
    .description('State, reason and chunks of one document.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ winnow document show handbook operations/rollback.md')
    .action((name: string, id: string, options: { json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const view = await engine.documents.show(name, id);
        if (options.json) return printJson(view);
        print(
          `${visibleName(view.documentId)}: ${view.state}${view.reason === null ? '' : ` (${view.reason.message})`}`,
        );
        if (view.chunks.length === 0) return;
        print(
          tableOf(
            ['from', 'to', 'place', 'headings', 'text'],
            view.chunks.map((chunk) => [
              chunk.start,
              chunk.end,
              placeText(chunk),
              shorten(chunk.headings.join(' > '), 40),
              shorten(chunk.text, 60),
            ]),
          ),
        );
      }),
    );

  withFormats(document.command('list <name>'))
    .description('Documents with their states; failed ones say why.')
    .addOption(new Option('--state <state>', 'only these').choices([...documentStates]))
    .option('--prefix <text>', 'only documents whose id begins so')
    .addOption(
      new Option('--sort <order>', 'by id, by the last change, or by length').choices([...documentOrders]),
    )
    .option('--limit <n>', 'how many at most', wholeNumber(1, 10_000), 100)
    .addHelpText(
      'after',
      `
Examples:
  $ winnow document list handbook --limit 20
  $ winnow document list handbook --prefix operations/ --sort id
  $ winnow document list handbook --sort updated --limit 5    what changed last
  $ winnow document list handbook --state pending --json

\`winnow inbox handbook\` lists what failed, and has it tried again.`,
    )
    .action((name: string, { format, json: _, ...query }: FormatOptions & DocumentQuery) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const documents = await engine.documents.list(name, query);
        printListing(
          { format },
          { documents },
          {
            columns: ['document', 'state', 'chunks', 'reason'],
            rows: documents.map(({ documentId, state, chunks, reason }) => [
              documentId,
              state,
              chunks,
              reason?.message ?? null,
            ]),
          },
        );
      }),
    );
}
