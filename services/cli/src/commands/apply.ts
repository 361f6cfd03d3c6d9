import { AppError } from '@winnow/core';
import type { Engine } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { print, printJson, printNote } from '../output/print.ts';
import { applyChange } from '../setup/apply-setup.ts';
import { compareSetup, type PresentSetup, type SetupChange } from '../setup/compare-setup.ts';
import { readSetup } from '../setup/read-setup.ts';
import { setupJsonSchema } from '../setup/setup-schema.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly schema?: boolean;
  readonly json?: boolean;
}

export function registerApply(program: Command, environment: Environment): void {
  program
    .command('apply [file]')
    .description('Bring corpora, sources, settings and schedules to what a file says. Removes nothing.')
    .option('--dry-run', 'only say what would be done')
    .option('--schema', 'print the JSON Schema of the file')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow apply                            winnow.yaml of this folder
  $ winnow apply corpora/team.yaml --dry-run
  $ winnow apply --schema > winnow.schema.json

A file:
  corpora:
    handbook:
      sources:
        - path: ./handbook
          include: ['**/*.md']
      schedule: { cron: '0 3 * * *', tz: Asia/Shanghai }

Paths are those of the file's folder. What is in the index and not in the file stays, and is said, and so does what costs
something, as another model does. Nothing is indexed yet: winnow ingest --all does that.
Where a change fails, those before it stay; --json prints them with \`failed\` and \`error\`.
Exit codes: 0 all is as the file says, 1 differences are left (of --dry-run: there are any), 2 bad input.`,
    )
    .action(async (file: string | undefined, options: ApplyOptions) => {
      if (options.schema) return printJson(setupJsonSchema());
      const wanted = await readSetup(file ?? 'winnow.yaml');
      const access = options.dryRun
        ? ({ kind: 'read' } as const)
        : ({ kind: 'write', purpose: 'winnow apply' } as const);
      await withEngine(environment, access, async ({ engine, signal }) => {
        const { changes, left } = compareSetup(wanted, await presentSetup(engine));
        const applied = options.dryRun !== true;
        const done: SetupChange[] = [];
        for (const change of changes) {
          try {
            signal.throwIfAborted();
            if (applied) await applyChange(engine, change, signal);
          } catch (thrown) {
            // What was done before stays done, and a program has to know of it.
            const { code, message } = AppError.from(thrown);
            const error = { code, message };
            if (options.json)
              printJson({ applied, changes: done.map(lineOf), failed: lineOf(change), left, error });
            throw thrown;
          }
          done.push(change);
          if (!options.json) print(`${applied ? '' : 'would be done: '}${change.corpus} ${change.detail}`);
        }
        if (options.json) printJson({ applied, changes: done.map(lineOf), left });
        else {
          for (const { corpus, detail, how } of left) print(`left as it is: ${corpus}: ${detail} (${how})`);
          if (changes.length === 0 && left.length === 0) printNote('all is as the file says');
        }
        const isOpen = left.length > 0 || (options.dryRun === true && changes.length > 0);
        if (isOpen) process.exitCode = exitCodes.no;
      });
    });
}

function lineOf({ corpus, kind, detail }: SetupChange) {
  return { corpus, kind, detail };
}

async function presentSetup(engine: Engine): Promise<PresentSetup> {
  return { corpora: await engine.corpora.list(), schedules: await engine.schedules.list() };
}
