import { languages } from '@winnow/core';
import type { CorpusSummary } from '@winnow/engine';
import { type Command, Option } from 'commander';
import { wholeNumber } from '../arguments.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { tableOf } from '../output/table.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface CreateOptions {
  readonly source: string;
  readonly include?: string[];
  readonly exclude?: string[];
  readonly embedder?: string;
  readonly language?: (typeof languages)[number];
  readonly chunkTokens?: number;
  readonly json?: boolean;
}

export function registerCorpus(program: Command, environment: Environment): void {
  const corpus = program.command('corpus').description('Make, list, show and delete corpora.');

  corpus
    .command('create <name>')
    .description('Make a corpus. Nothing is indexed yet: `winnow ingest` does that.')
    .requiredOption('--source <path>', 'folder, JSONL file (also .jsonl.gz) or CSV file')
    .option('--include <globs...>', 'files of the folder to take (default: all)')
    .option('--exclude <globs...>', 'files of the folder to leave out')
    .option('--embedder <model>', 'embedding model (default: by language); `winnow models` lists them')
    .addOption(new Option('--language <language>', 'of the documents').choices(languages).default('auto'))
    .option(
      '--chunk-tokens <n>',
      "tokens a chunk may have (default: the model's limit, at most 512)",
      wholeNumber(16, 8_192),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow corpus create handbook --source ./handbook --include '**/*.md'
  $ winnow corpus create papers --source corpus.jsonl --embedder all-MiniLM-L6-v2
  $ winnow corpus create guide --source ./docs/zh --language zh`,
    )
    .action((name: string, options: CreateOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow corpus create ${name}` },
        async ({ engine, signal }) => {
          const { source, json, ...rest } = options;
          const summary = await engine.corpora.create({ name, sources: [{ path: source }], ...rest }, signal);
          if (json) printJson(summary);
          else
            print(
              `corpus ${name} made: ${summary.embedder}, language ${summary.language}. Next: winnow ingest ${name}`,
            );
        },
      ),
    );

  corpus
    .command('list')
    .description('All corpora.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const corpora = await engine.corpora.list();
        if (options.json) printJson({ corpora });
        else if (corpora.length === 0) printNote('no corpora yet: winnow corpus create NAME --source PATH');
        else
          print(tableOf(['name', 'documents', 'failed', 'chunks', 'embedder', 'source'], corpora.map(rowOf)));
      }),
    );

  corpus
    .command('show <name>')
    .description('Counts and settings of one corpus.')
    .option('--json', 'print JSON')
    .action((name: string, options: { json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const summary = await engine.corpora.show(name);
        if (options.json) printJson(summary);
        else
          print(
            tableOf(
              ['', ''],
              Object.entries(summary).map(([key, value]) => [key, textOf(value)]),
            ),
          );
      }),
    );

  corpus
    .command('delete <name>')
    .description('Remove a corpus with everything indexed of it. Its source is not touched.')
    .action((name: string) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow corpus delete ${name}` },
        async ({ engine }) => {
          await engine.corpora.delete(name);
          printNote(`corpus ${name} deleted`);
        },
      ),
    );
}

function rowOf(corpus: CorpusSummary): (string | number)[] {
  return [
    corpus.name,
    corpus.documents,
    corpus.failed,
    corpus.chunks,
    corpus.embedder,
    corpus.sources.map(({ settings }) => settings.path).join(', '),
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
