import { join } from 'node:path';
import type { Engine } from '@winnow/engine';
import { createLogger } from '@winnow/runtime';
import type { Command } from 'commander';
import { askQuestion } from '../demo/ask-question.ts';
import { type DemoCorpus, demoCorpora } from '../demo/demo-corpora.ts';
import { demoFolders } from '../demo/demo-folders.ts';
import { nextLines, openingLines, type WhereItRan } from '../demo/demo-text.ts';
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
        const { engine, config, signal } = tools;
        const servers = engine.mode === 'full' ? 'Redis and Elasticsearch' : `no server: ${config.dataDir}`;
        const servesAfter = options.once !== true && process.stdout.isTTY;
        const corpora = demoCorpora();
        for (const line of openingLines(corpora, { servers, servesAfter })) print(line);
        for (const demo of corpora) await build(engine, demo, signal);
        for (const demo of corpora) {
          print(`\n== ${demo.corpus.name}: ${demo.what}`);
          for (const question of demo.questions)
            await askQuestion(engine, demo.corpus.name, question, signal);
        }
        const dataDir = program.opts<{ dataDir?: string }>().dataDir ?? null;
        const place = { winnow: commandIn(environment), dataDir, hasKey: config.http.apiKey !== null };
        if (servesAfter) await serveUntilStopped(tools, place);
        else tellNext({ ...place, address: null });
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

type Place = Omit<WhereItRan, 'address' | 'guide'>;

function tellNext(place: Place & Pick<WhereItRan, 'address'>): void {
  const guide = join(demoFolders(import.meta.dirname).guide, '..', 'guides', 'quickstart.md');
  print('');
  for (const line of nextLines({ ...place, guide })) print(line);
}

/** In the repository the command is a script of it. */
function commandIn({ npm_lifecycle_event: script }: Environment): string {
  return script === 'demo' || script === 'winnow' ? 'npx -y pnpm@12 winnow' : 'winnow';
}

async function serveUntilStopped({ engine, config, signal }: CommandTools, place: Place): Promise<void> {
  const { serve } = await import('@winnow/query');
  const log = createLogger(config.logLevel ?? 'warn', 'serve');
  const { http, sourceRoots, sourceUrls } = config;
  const options = { work: true, sourceRoots, sourceUrls, log };
  const serving = await serve(engine, { ...options, http }).catch(() =>
    serve(engine, { ...options, http: { ...http, port: 0 } }),
  );
  print(`\nThe API is at ${serving.address} until Ctrl-C.`);
  tellNext({ ...place, address: serving.address });
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  printNote('\nstopping');
  await serving.close();
  // Ending what has no end of its own is no failure.
  process.exitCode = 0;
}
