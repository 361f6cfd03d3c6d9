import type { Command } from 'commander';
import { wholeNumber } from '../arguments.ts';
import type { Environment } from '../with-engine.ts';

interface ListenOptions {
  readonly host?: string;
  readonly port?: number;
}

export function registerServices(program: Command, environment: Environment): void {
  const listening = (command: Command): Command =>
    command
      .option('--host <address>', 'address to listen on (default: WINNOW_HOST or 127.0.0.1)')
      .option(
        '--port <n>',
        'port; 0 takes a free one (default: WINNOW_PORT or 7700)',
        wholeNumber(0, 65_535),
      );

  listening(program.command('serve'))
    .description('Query API and worker in one process.')
    .addHelpText('after', '\nExample:\n  $ winnow serve --port 7700')
    .action((options: ListenOptions) => runApi(withListen(environment, options), { work: true }));

  listening(program.command('query'))
    .description('Query API alone; the work is done by `winnow worker` processes (full mode).')
    .addHelpText(
      'after',
      '\nExample:\n  $ REDIS_URL=redis://127.0.0.1:6379 ELASTICSEARCH_URL=http://127.0.0.1:9200 winnow query --port 0',
    )
    .action((options: ListenOptions) => runApi(withListen(environment, options), { work: false }));

  program
    .command('worker')
    .description('Take jobs from the queues until stopped (full mode).')
    .addHelpText(
      'after',
      '\nExample:\n  $ REDIS_URL=redis://127.0.0.1:6379 ELASTICSEARCH_URL=http://127.0.0.1:9200 winnow worker',
    )
    .action(async () => {
      const { runWorker } = await import('@winnow/worker');
      await runWorker(environment);
    });
}

/** The HTTP server is loaded where one is asked for. */
async function runApi(environment: Environment, options: { readonly work: boolean }): Promise<void> {
  const { runQuery } = await import('@winnow/query');
  await runQuery(environment, options);
}

function withListen(environment: Environment, options: ListenOptions): Environment {
  return {
    ...environment,
    ...(options.host !== undefined && { WINNOW_HOST: options.host }),
    ...(options.port !== undefined && { WINNOW_PORT: String(options.port) }),
  };
}
