import { once } from 'node:events';
import type { Command } from 'commander';
import { type Environment, withEngine } from '../with-engine.ts';

export function registerExport(program: Command, environment: Environment): void {
  program
    .command('export <name>')
    .description('All searchable chunks as JSON lines, ordered by document and position.')
    .option('--vectors', 'with the vectors, as arrays of numbers')
    .addHelpText(
      'after',
      `
Example:
  $ winnow export handbook --vectors | gzip > handbook.jsonl.gz

The same content gives the same bytes, whatever its history.`,
    )
    .action((name: string, options: { vectors?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        for await (const line of engine.documents.export(name, {
          vectors: options.vectors === true,
          signal,
        })) {
          if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
        }
      }),
    );
}
