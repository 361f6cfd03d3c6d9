import { type EvaluationReport, evaluationModes } from '@winnow/engine';
import type { Command } from 'commander';
import { modesOf } from '../modes-of.ts';
import { costText } from '../output/cost.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { createQueryProgress, createRunProgress } from '../output/progress.ts';
import { tableOf } from '../output/table.ts';
import { type Environment, withEngine } from '../with-engine.ts';

type Mode = (typeof evaluationModes)[number];

interface EvalOptions {
  readonly data: string;
  readonly qrels: string;
  readonly modes: readonly Mode[];
  readonly embedder?: string;
  readonly rerank?: string;
  readonly pool?: string;
  readonly json?: boolean;
}

export function registerEval(program: Command, environment: Environment): void {
  program
    .command('eval')
    .description('Measure retrieval on judged data (BEIR layout). Documents are ranked by their best chunk.')
    .requiredOption('--data <folder>', 'folder with corpus.jsonl[.gz], queries.jsonl and qrels/')
    .option('--qrels <name>', 'which judgments', 'test')
    .option('--modes <list>', `of ${evaluationModes.join(',')}`, modesOf, evaluationModes)
    .option('--embedder <model>', 'embedding model (default: by language)')
    .option('--rerank <model>', 'reranker of the mode `rerank` (default: late-interaction)')
    .option('--pool <field>', 'metadata field a query shares with the documents judged for it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow eval --data ./scifact
  $ winnow eval --data ./scifact --modes bm25,hybrid --json
  $ winnow eval --data ./epqa --pool product

The documents become a corpus named eval-…, so that a second evaluation embeds nothing.`,
    )
    .action((options: EvalOptions) =>
      withEngine(environment, { kind: 'write', purpose: 'winnow eval' }, async ({ engine, signal }) => {
        const { json, data, qrels, modes, embedder, rerank, pool } = options;
        const run = createRunProgress('documents');
        const queries = createQueryProgress();
        try {
          const report = await engine.evaluate(
            {
              data,
              qrels,
              modes,
              ...(embedder && { embedder }),
              ...(rerank && { rerank }),
              ...(pool && { pool }),
              onRun: (update) => run.update(update),
              onQuery: (done, total) => {
                run.stop();
                queries.update({ done, total });
              },
            },
            signal,
          );
          queries.stop();
          if (json) printJson(report);
          else printReport(report);
        } finally {
          run.stop();
          queries.stop();
        }
      }),
    );
}

function printReport(report: EvaluationReport): void {
  printNote(`${report.dataset}: ${report.documents} documents, ${report.queries} judged queries`);
  const rows = Object.entries(report.modes).map(([mode, figures]) => [
    mode,
    figures['ndcg@10'].toFixed(4),
    figures['recall@100'].toFixed(4),
    figures['mrr@10'].toFixed(4),
    figures.p50Ms.toFixed(1),
    figures.p95Ms.toFixed(1),
    costText(figures.cost),
  ]);
  print(tableOf(['mode', 'nDCG@10', 'recall@100', 'MRR@10', 'p50 ms', 'p95 ms', 'cost'], rows));
}
