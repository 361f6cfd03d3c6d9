import type { Engine } from '@winnow/engine';
import { createLogger } from '@winnow/runtime';
import type { Command } from 'commander';
import { askQuestion } from '../demo/ask-question.ts';
import { type DemoCorpus, demoCorpora } from '../demo/demo-corpora.ts';
import { print, printNote } from '../output/print.ts';
import { remarksOn, summaryOf } from '../output/run-summary.ts';
import { type CommandTools, type Environment, withEngine } from '../with-engine.ts';
import { ingestCorpus } from './ingest.ts';

export function registerDemo(program: Command, environment: Environment): void {
  program
    .command('demo')
    .description('Index two corpora of real documents, ask six questions, then serve the API.')
    .option('--once', 'end after the questions')
    .addHelpText(
      'after',
      '\nExample:\n  $ winnow demo --once\n\nThe corpora are named demo-en and demo-zh. A second run embeds nothing.',
    )
    .action((options: { once?: boolean }) =>
      withEngine(environment, { kind: 'write', purpose: 'winnow demo' }, async (tools) => {
        const { engine, signal } = tools;
        const servers = engine.mode === 'full' ? 'Redis and Elasticsearch' : 'no server: one file';
        print(`Winnow demo on ${servers}. Ctrl-C stops; what is done stays done.`);
        const corpora = demoCorpora();
        for (const demo of corpora) await build(engine, demo, signal);
        for (const demo of corpora) {
          print(`\n== ${demo.corpus.name}: ${demo.what}`);
          for (const question of demo.questions)
            await askQuestion(engine, demo.corpus.name, question, signal);
        }
        if (options.once !== true && process.stdout.isTTY) await serveUntilStopped(tools);
      }),
    );
}

async function build(engine: Engine, demo: DemoCorpus, signal: AbortSignal): Promise<void> {
  const { name } = demo.corpus;
  const known = (await engine.corpora.list()).some((corpus) => corpus.name === name);
  if (!known) await engine.corpora.create(demo.corpus, signal);
  print(`\n${name}: ${demo.what}`);
  const report = await ingestCorpus(engine, name, { work: true, quiet: false, signal });
  print(summaryOf(report));
  for (const remark of remarksOn(report)) printNote(remark);
  if (report.modelCalls === 0) print('nothing changed since the last run: nothing was embedded again');
}

async function serveUntilStopped({ engine, config, signal }: CommandTools): Promise<void> {
  const { serve } = await import('@winnow/query');
  const log = createLogger(config.logLevel ?? 'warn', 'serve');
  const { http, sourceRoots, sourceUrls } = config;
  const options = { work: true, sourceRoots, sourceUrls, log };
  const serving = await serve(engine, { ...options, http }).catch(() =>
    serve(engine, { ...options, http: { ...http, port: 0 } }),
  );
  print(`\nThe query API is at ${serving.address} (Ctrl-C ends it). Try:\n`);
  const key = http.apiKey === null ? '' : ' -H "authorization: Bearer $WINNOW_API_KEY"';
  print(`  curl -s ${serving.address}/v1/search${key} -H 'content-type: application/json' \\`);
  print(`    -d '{"corpus":"demo-en","query":"mock HTTP requests in tests","k":3}'`);
  print(
    `  curl -sN ${serving.address}/v1/answer${key} -H 'content-type: application/json' -H 'accept: text/event-stream' \\`,
  );
  print(`    -d '{"corpus":"demo-zh","query":"文本块切得太大有什么坏处？"}'`);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  printNote('\nstopping');
  await serving.close();
  // Ending what has no end of its own is no failure.
  process.exitCode = 0;
}
