import { type KnownModel, knownModels, type ModelTest, modelKinds } from '@winnow/engine';
import { type Command, Option } from 'commander';
import { costText } from '../output/cost.ts';
import { type FormatOptions, printListing, withFormats } from '../output/listing.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { tableOf } from '../output/table.ts';
import { type Environment, withEngine } from '../with-engine.ts';

export function registerModels(program: Command, environment: Environment): void {
  const models = program.command('models').description('Models: list, fetch, try.');
  registerList(models);
  registerPull(models, environment);
  registerTest(models, environment);
}

function registerList(models: Command): void {
  withFormats(models.command('list', { isDefault: true }))
    .description('Models that --embedder, --rerank and --generator know, with their price.')
    .addOption(new Option('--kind <kind>', 'only models of a kind').choices([...modelKinds]))
    .addHelpText(
      'after',
      `
Examples:
  $ winnow models list --kind rerank
  $ winnow models list --json

Any other model behind a server of your own: openai:NAME, cohere:NAME, jina:NAME, tei:NAME. Rerankers besides:
late-interaction (from a local embedder, the default), judge and judge:MODEL (a chat model).`,
    )
    .action((options: FormatOptions & { kind?: string }) => {
      const known = knownModels().filter(({ kind }) => options.kind === undefined || kind === options.kind);
      printListing(
        options,
        { models: known },
        {
          columns: ['model', 'kind', 'provider', 'dimensions', 'max tokens', 'price', 'of', 'licence'],
          rows: known.map(rowOf),
        },
      );
    });
}

function rowOf(model: KnownModel): (string | number | null)[] {
  const { name, kind, provider, dimensions, maxTokens, price, priceDate, licence } = model;
  return [name, kind, provider, dimensions, maxTokens, price, priceDate, licence];
}

function registerPull(models: Command, environment: Environment): void {
  models
    .command('pull <model>')
    .description('Fetch and check the files of a local model, so that it works without a network.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ winnow models pull bge-reranker-base')
    .action((name: string, options: { json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const files = await engine.models.pull(name, signal);
        if (options.json) return printJson({ model: name, files });
        for (const file of files) print(file);
      }),
    );
}

function registerTest(models: Command, environment: Environment): void {
  models
    .command('test <model>')
    .description('Try a model on three known texts: does the key, the server, the download work?')
    .addOption(
      new Option('--kind <kind>', 'what the model is, where its name does not tell').choices([...modelKinds]),
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow models test all-MiniLM-L6-v2
  $ OPENAI_API_KEY=… winnow models test text-embedding-3-large@1024
  $ CO_API_KEY=… winnow models test rerank-multilingual-v3.0
  $ OPENAI_BASE_URL=http://127.0.0.1:11434/v1 winnow models test qwen2.5:7b --kind generation
  $ WINNOW_CHAT_MODEL=gpt-4o-mini winnow models test judge`,
    )
    .action((name: string, options: { kind?: (typeof modelKinds)[number]; json?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const { kind } = options;
        const result = await engine.models.test({ name, ...(kind !== undefined && { kind }) }, signal);
        if (options.json) return printJson(result);
        printTest(result);
      }),
    );
}

function printTest(test: ModelTest): void {
  print(`${test.model} (${test.kind}): ${test.query}`);
  if (test.reply !== null) print(test.reply);
  if (test.ranking.length > 0) {
    print(
      tableOf(
        ['score', 'text'],
        test.ranking.map(({ score, text }) => [score.toFixed(4), text]),
      ),
    );
  }
  const { cost } = test;
  print(
    `first call ${test.firstMs.toFixed(0)} ms, then ${test.latencyMs.toFixed(0)} ms; ` +
      `${cost.inputTokens + cost.outputTokens} tokens, ${costText(cost)}`,
  );
  if (test.sensible === false) printNote('note: the text on another subject does not come last');
}
