import { AppError, languages, parseCorpusName, sourceAddress } from '@winnow/core';
import type { CorpusSummary, NewCorpus } from '@winnow/engine';
import { type Command, Option } from 'commander';
import { collect, numberBetween, wholeNumber } from '../arguments.ts';
import { countOf, formatCount } from '../output/figures.ts';
import { type FormatOptions, printListing, withFormats } from '../output/listing.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { tableOf } from '../output/table.ts';
import { agreeTo, yesOption } from '../runs/agree-to.ts';
import { type Environment, withCorpora, withEngine } from '../with-engine.ts';
import { registerCorpusSet, settingsOf } from './corpus-set.ts';
import { addSourceOptions, type SourceOptions, sourceOptionsOf } from './source-options.ts';

interface CreateOptions extends SourceOptions {
  readonly source: readonly string[];
  readonly embedder?: string;
  readonly language?: (typeof languages)[number];
  readonly chunkTokens?: number;
  readonly deleteGuardDocuments?: number;
  readonly deleteGuardShare?: number;
  readonly json?: boolean;
}

export function registerCorpus(program: Command, environment: Environment): void {
  const corpus = program.command('corpus').description('Make, list, show, change and delete corpora.');
  registerCreate(corpus, environment);
  registerList(corpus, environment);
  registerShow(corpus, environment);
  registerCorpusSet(corpus, environment);
  registerDelete(corpus, environment);
  registerRename(corpus);
}

function registerCreate(corpus: Command, environment: Environment): void {
  const create = corpus
    .command('create <name>')
    .description('Make a corpus. Nothing is indexed yet: `winnow ingest` does that.')
    .requiredOption(
      '--source <path>',
      'folder, JSONL file (also .jsonl.gz) or CSV file, s3://BUCKET/PREFIX, postgres://HOST/DATABASE/TABLE, https://SITE, or push: for documents that are sent; may be repeated, as NAME=PATH to name it',
      collect,
    );
  addSourceOptions(create)
    .option('--embedder <model>', 'embedding model (default: by language); `winnow models` lists them')
    .addOption(new Option('--language <language>', 'of the documents').choices(languages).default('auto'))
    .option(
      '--chunk-tokens <n>',
      "tokens a chunk may have (default: the model's limit, at most 512)",
      wholeNumber(16, 8_192),
    )
    .option(
      '--delete-guard-documents <n>',
      'an ingest that would delete more documents than this, and than the share below, withholds that (default: 10)',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option(
      '--delete-guard-share <part>',
      'part of the searchable documents, 0–1; 1 and 0 documents: nothing is ever withheld (default: 0.1)',
      numberBetween(0, 1),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow corpus create handbook --source ./handbook --include '**/*.md'
  $ winnow corpus create papers --source corpus.jsonl --embedder all-MiniLM-L6-v2
  $ winnow corpus create shop --source products.csv --id-field sku --text-field description care
  $ winnow corpus create guide --source ./docs/zh --language zh
  $ winnow corpus create intranet --source wiki=./wiki --source blog=./posts.jsonl
  $ winnow corpus create archive --source ./archive --delete-guard-documents 0 --delete-guard-share 0.01

Of several sources, ids of documents begin with the source's name: wiki:start.md. A path that has a = in it is
written ./a=b. An ingest that withholds deletions says so, and goes on with --approve-deletions.`,
    )
    .action((name: string, options: CreateOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow corpus create ${name}` },
        async ({ engine, signal }) => {
          const summary = await engine.corpora.create(newCorpusOf(name, options), signal);
          if (options.json) return printJson(summary);
          print(
            `corpus ${name} made: ${summary.embedder}, language ${summary.language}. Next: winnow ingest ${name}`,
          );
        },
      ),
    );
}

function newCorpusOf(name: string, options: CreateOptions): NewCorpus {
  const { source, embedder, language, chunkTokens } = options;
  const { deleteGuardDocuments: documents, deleteGuardShare: share } = options;
  const deletionGuard = {
    ...(documents !== undefined && { documents }),
    ...(share !== undefined && { share }),
  };
  return {
    name,
    sources: source.map(namedSource),
    deletionGuard,
    ...sourceOptionsOf(options),
    ...(embedder && { embedder }),
    ...(language && { language }),
    ...(chunkTokens !== undefined && { chunkTokens }),
  };
}

/** `NAME=PATH` names a source; anything else, such as `./a=b`, is a path. */
export function namedSource(given: string): { readonly path: string; readonly name?: string } {
  const { name, path } = /^(?<name>[a-z0-9][a-z0-9_-]*)=(?<path>.+)$/.exec(given)?.groups ?? {};
  return name === undefined || path === undefined ? { path: given } : { name, path };
}

function registerList(corpus: Command, environment: Environment): void {
  withFormats(corpus.command('list'))
    .description('All corpora.')
    .addHelpText(
      'after',
      "\nExamples:\n  $ winnow corpus list\n  $ winnow corpus list --json | jq '.corpora[].name'\n  $ winnow corpus list --format csv > corpora.csv",
    )
    .action((options: FormatOptions) =>
      withCorpora(environment, async ({ corpora: view, config }) => {
        const corpora = await view.list();
        printListing(
          options,
          { corpora },
          {
            columns: ['name', 'documents', 'pending', 'failed', 'chunks', 'embedder', 'sources', 'run'],
            rows: corpora.map(rowOf),
            // In another folder than last time there are others.
            ifEmpty: `no corpora yet${config.backend.mode === 'embedded' ? ` in ${config.dataDir}` : ''}: winnow corpus create NAME --source PATH`,
          },
        );
      }),
    );
}

function registerShow(corpus: Command, environment: Environment): void {
  corpus
    .command('show <name>')
    .description('Counts and settings of one corpus.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ winnow corpus show handbook\n  $ winnow corpus show handbook --json',
    )
    .action((name: string, options: { json?: boolean }) =>
      withCorpora(environment, async ({ corpora }) => {
        const summary = await corpora.show(name);
        if (options.json) return printJson(summary);
        print(tableOf(['', ''], factsOf(summary)));
      }),
    );
}

function registerDelete(corpus: Command, environment: Environment): void {
  corpus
    .command('delete <name>')
    .description('Remove a corpus with everything indexed of it. Its source is not touched.')
    .option(...yesOption)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ winnow corpus delete handbook\n  $ winnow corpus delete handbook --yes',
    )
    .action((name: string, options: { yes?: boolean; json?: boolean }) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow corpus delete ${name}` },
        async ({ engine, signal }) => {
          const { documents, chunks } = await engine.corpora.show(name);
          const what = `delete ${name} with ${countOf(documents, 'document')} and ${countOf(chunks, 'chunk')}`;
          const deed = { what, note: 'Its source stays as it is.' };
          if (!(await agreeTo(deed, options.yes === true, signal))) return;
          await engine.corpora.delete(name);
          if (options.json) printJson({ deleted: name });
          else printNote(`corpus ${name} deleted`);
        },
      ),
    );
}

/** It is looked for, so it is there to say what to do instead. */
function registerRename(corpus: Command): void {
  corpus
    .command('rename <name> <new-name>', { hidden: true })
    .description('Not there: the name of a corpus is for good. Says what to do instead.')
    .action((name: string, newName: string) => {
      const [from, to] = [parseCorpusName(name), parseCorpusName(newName)];
      throw new AppError(
        'invalid_argument',
        `nothing was done: the name of a corpus is for good. A copy has another one, without a call of a model: winnow archive ${from} ${from}.winnow && winnow restore ${from}.winnow --as ${to} && winnow corpus delete ${from}. Schedule, recorded searches and results over time stay behind, and so do the bytes of what was pushed`,
      );
    });
}

function rowOf(corpus: CorpusSummary): (string | number)[] {
  const { activeRun } = corpus;
  return [
    corpus.name,
    corpus.documents,
    corpus.pending,
    corpus.failed,
    corpus.chunks,
    corpus.embedder,
    corpus.sources.map(({ settings }) => sourceAddress(settings)).join(', '),
    stateOf(corpus) ?? activeRun ?? '',
  ];
}

/** Of a corpus that is not whole; null for one that is. */
function stateOf({ deletingSince, restoringSince }: CorpusSummary): string | null {
  if (deletingSince !== null) return `being deleted since ${deletingSince}`;
  return restoringSince === null ? null : `incomplete: being restored since ${restoringSince}`;
}

function factsOf(corpus: CorpusSummary): readonly (readonly [string, string])[] {
  const { deletionGuard, chunking, fingerprints } = corpus;
  const state = stateOf(corpus);
  const percent = `${Number((deletionGuard.share * 100).toFixed(4))} %`;
  const facts: (readonly [string, string])[] = [
    ['name', corpus.name],
    ['id', corpus.corpusId],
    ['documents', `${formatCount(corpus.documents)} searchable, ${formatCount(corpus.pending)} pending`],
    ['inbox', corpus.failed === 0 ? 'empty' : `${formatCount(corpus.failed)}: winnow inbox ${corpus.name}`],
    ['chunks', `${formatCount(corpus.chunks)} of at most ${chunking.targetTokens} tokens`],
    ...corpus.sources.map(
      ({ sourceId, prefix, settings }) =>
        [
          'source',
          `${prefix === '' ? '' : `${sourceId}: `}${settings.kind} ${sourceAddress(settings)}`,
        ] as const,
    ),
    ['language', corpus.language],
    ['embedder', `${corpus.embedder}, ${corpus.dimensions} dimensions`],
    ['generation', String(corpus.generation)],
    [
      'made with',
      `parser ${fingerprints.parser}, chunker ${fingerprints.chunker}, analysis ${fingerprints.analysis}`,
    ],
    [
      'deletion guard',
      `more than ${formatCount(deletionGuard.documents)} documents and ${percent} at once are withheld`,
    ],
    ...settingsOf(corpus),
    [
      'run',
      corpus.activeRun === null ? 'none under way' : `${corpus.activeRun}: winnow status ${corpus.activeRun}`,
    ],
    ['created', corpus.createdAt],
  ];
  if (state !== null) facts.push(['state', state]);
  return facts;
}
