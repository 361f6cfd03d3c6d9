import type { GoldenChange } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { countOf, formatCount, someOf } from '../output/figures.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { shorten, tableOf } from '../output/table.ts';
import { agreeTo, yesOption } from '../runs/agree-to.ts';
import { type Environment, withEngine } from '../with-engine.ts';

/** Rows of the table for people; JSON has them all. */
const shownQueries = 50;

export function registerGolden(program: Command, environment: Environment): void {
  const golden = program
    .command('golden')
    .description(
      'Golden queries of a corpus: queries with judged documents, by which its quality is measured.',
    );
  registerSet(golden, environment);
  registerShow(golden, environment);
  registerRemove(golden, environment);
}

function registerSet(golden: Command, environment: Environment): void {
  golden
    .command('set <name> <path>')
    .description('Read golden queries from a folder or file, in place of those that the corpus has.')
    .option('--qrels <name>', 'which judgements of a folder that has several (BEIR: `test` by default)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow golden set papers ./scifact --qrels train
  $ winnow golden set handbook golden.csv

A folder holds queries.jsonl and qrels/NAME.tsv (BEIR), or topics and qrels of TREC; a CSV file has the columns query,
documentId and, where not all are relevant alike, grade. At most 20,000 queries and 500,000 judgements are kept.`,
    )
    .action((name: string, path: string, { qrels, json }: { qrels?: string; json?: boolean }) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow golden set ${name}` },
        async ({ engine, signal }) => {
          const place = { path, ...(qrels !== undefined && { qrels }) };
          const set = await engine.golden.set(name, place, signal);
          if (json) printJson(set);
          else printChange(name, set);
        },
      ),
    );
}

function printChange(name: string, { queries, judgements, withoutRelevant, unknown }: GoldenChange): void {
  print(
    `${formatCount(queries)} golden queries with ${countOf(judgements, 'judgement')} set. Next: winnow quality ${name} --evaluate`,
  );
  if (withoutRelevant > 0) {
    printNote(`note: left out ${formatCount(withoutRelevant)} to which no document was judged relevant`);
  }
  if (unknown.count > 0) {
    printNote(
      `note: ${countOf(unknown.count, 'judged document')} cannot be found in ${name}: ${someOf(unknown.samples, 3, unknown.count)}`,
    );
  }
}

function registerShow(golden: Command, environment: Environment): void {
  golden
    .command('show <name>')
    .description('The golden queries of a corpus. Exit code 1 where it has none.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  $ winnow golden show papers\n  $ winnow golden show papers --json | jq '.list[].text'",
    )
    .action((name: string, { json }: { json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const view = await engine.golden.show(name, signal);
        if (view === null) process.exitCode ??= exitCodes.no;
        if (json) return printJson(view ?? { queries: 0, judgements: 0, list: [] });
        if (view === null) return printNote(`${name} has no golden queries: winnow golden set ${name} PATH`);
        print(
          `${formatCount(view.queries)} queries, ${countOf(view.judgements, 'judgement')}, set ${view.setAt}`,
        );
        const rows = view.list
          .slice(0, shownQueries)
          .map(({ queryId, text, judgements }) => [
            shorten(queryId, 24),
            shorten(text, 70),
            Object.values(judgements).filter((grade) => grade > 0).length,
          ]);
        print(tableOf(['id', 'query', 'relevant'], rows));
        if (view.queries > shownQueries) printNote(`note: the first ${shownQueries}; --json has them all`);
      }),
    );
}

function registerRemove(golden: Command, environment: Environment): void {
  golden
    .command('remove <name>')
    .description('Forget the golden queries of a corpus. What they came to over time stays.')
    .option(...yesOption)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ winnow golden remove papers --yes')
    .action((name: string, { yes = false, json }: { yes?: boolean; json?: boolean }) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow golden remove ${name}` },
        async ({ engine, signal }) => {
          const { golden } = await engine.corpora.show(name);
          const what = `forget the golden queries of ${name}, ${formatCount(golden?.queries ?? 0)} in all`;
          if (golden !== null && !(await agreeTo({ what }, yes, signal))) return;
          const removed = await engine.golden.remove(name);
          if (json) printJson({ removed });
          else printNote(removed ? `golden queries of ${name} removed` : `${name} had no golden queries`);
        },
      ),
    );
}
