import { once } from 'node:events';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { countOf, someOf } from '../output/figures.ts';
import { printNote } from '../output/print.ts';
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

The same content gives the same bytes, whatever its history. Of a document of which chunks are lost comes what is
left; it is named, and the exit code is 1.`,
    )
    .action((name: string, options: { vectors?: boolean }) =>
      withEngine(environment, { kind: 'read' }, async ({ engine, signal }) => {
        const damaged: string[] = [];
        for await (const line of engine.documents.export(name, {
          vectors: options.vectors === true,
          signal,
          onDamaged: (documentId) => damaged.push(documentId),
        })) {
          if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
        }
        if (damaged.length === 0) return;
        const which = someOf(damaged, 10);
        printNote(
          `${countOf(damaged.length, 'document')} damaged, with chunks lost: ${which}. Mend them: winnow doctor ${name} --repair`,
        );
        process.exitCode ??= exitCodes.no;
      }),
    );
}
