import { knownModels } from '@winnow/engine';
import type { Command } from 'commander';
import { print, printJson } from '../output/print.ts';
import { tableOf } from '../output/table.ts';
import type { Environment } from '../with-engine.ts';

export function registerModels(program: Command, _environment: Environment): void {
  program
    .command('models')
    .description('Models that --embedder and --rerank know.')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => {
      const models = knownModels();
      if (options.json) return printJson({ models });
      print(
        tableOf(
          ['model', 'kind', 'runs', 'dimensions', 'max tokens'],
          models.map((model) => [
            model.name,
            model.kind,
            model.runs,
            model.dimensions ?? '',
            model.maxTokens ?? '',
          ]),
        ),
      );
    });
}
