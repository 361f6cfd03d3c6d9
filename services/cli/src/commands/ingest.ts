import { AppError } from '@winnow/core';
import { type Engine, followRun, type RunReport } from '@winnow/engine';
import type { Command } from 'commander';
import { costText } from '../output/cost.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { createRunProgress } from '../output/progress.ts';
import { type Environment, withEngine } from '../with-engine.ts';

/** Running jobs get this long to end after Ctrl-C. */
const graceMs = 5_000;

interface IngestOptions {
  readonly json?: boolean;
  readonly work: boolean;
  readonly batch?: boolean;
}

export function registerIngest(program: Command, environment: Environment): void {
  program
    .command('ingest <name>')
    .description(
      'Index what changed at the source of a corpus since the last run. Safe to stop and to repeat.',
    )
    .option('--batch', 'have texts embedded by the provider’s Batch API: half the price, within a day')
    .option('--json', 'print one line of JSON at the end')
    .option('--no-work', 'only follow the run; leave the work to `winnow worker` processes (full mode)')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow ingest handbook
  $ winnow ingest handbook --json | tail -1
  $ winnow ingest handbook --batch          stop and start again at will: batches go on without us
  $ winnow ingest handbook --no-work        workers elsewhere do it; this only shows progress

Documents that cannot be read are recorded with their reason and do not stop the run:
  $ winnow document list handbook --state failed`,
    )
    .action((name: string, options: IngestOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow ingest ${name}` },
        async ({ engine, signal }) => {
          if (!options.work && engine.mode === 'embedded') {
            throw new AppError(
              'invalid_argument',
              '--no-work needs full mode: set REDIS_URL and ELASTICSEARCH_URL',
            );
          }
          const report = await ingestCorpus(engine, name, {
            work: options.work,
            batch: options.batch === true,
            quiet: options.json === true,
            signal,
          });
          if (options.json) printJson(withoutProgress(report));
          else print(summaryOf(report));
          if (report.documents.failed > 0)
            printNote(`why some failed: winnow document list ${name} --state failed`);
          if (report.state !== 'completed') {
            throw new AppError('failed_precondition', report.reason ?? `the run ended as ${report.state}`);
          }
        },
      ),
    );
}

/**
 * Starts a run and follows it to its end.
 * @returns the last report; on Ctrl-C throws `canceled`, and what is done stays done.
 */
export async function ingestCorpus(
  engine: Engine,
  name: string,
  options: {
    readonly work: boolean;
    readonly batch?: boolean;
    readonly quiet: boolean;
    readonly signal: AbortSignal;
  },
): Promise<RunReport> {
  const started = await engine.runs.start(name, { batch: options.batch === true });
  const worker = options.work ? engine.createWorker() : null;
  const progress = createRunProgress(name);
  try {
    await worker?.start();
    return await followRun(engine.runs, started.run, options.signal, {
      onReport(report) {
        if (!options.quiet) progress.update(report);
      },
    });
  } catch (thrown) {
    if (AppError.from(thrown).code === 'canceled') {
      printNote(`\nstopped: what is indexed stays; \`winnow ingest ${name}\` goes on from there`);
    }
    throw thrown;
  } finally {
    progress.stop();
    await worker?.close({ graceMs });
  }
}

/** One sentence on what a run did. */
export function summaryOf(report: RunReport): string {
  const { documents, chunks, cost } = report;
  return (
    `run ${report.run} ${report.state} in ${report.seconds.toFixed(1)} s: ` +
    `${documents.new} new, ${documents.changed} changed, ${documents.unchanged} unchanged, ` +
    `${documents.deleted} deleted, ${documents.failed} failed documents; ` +
    `${chunks.embedded} chunks embedded, ${chunks.reused} reused, ${report.modelCalls} model calls, ${costText(cost)}`
  );
}

function withoutProgress({ progress: _, ...rest }: RunReport): Omit<RunReport, 'progress'> {
  return rest;
}
