import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './documents.ts';
import { finished, start } from './processes.ts';

/** A run of a program, and what it loaded for it. */
export interface Loaded {
  readonly code: number | null;
  /** URLs, those of Node itself left out. */
  readonly modules: readonly string[];
}

/** Runs the command line, or another program, and counts the modules that its main thread loads. */
export async function loadedModules(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  program = 'services/cli/src/main.ts',
): Promise<Loaded> {
  const report = join(await temporaryFolder(), 'modules.json');
  const { code } = await finished(
    start(program, words, {
      ...environment,
      NODE_OPTIONS: `--import=${join(import.meta.dirname, 'report-modules.ts')}`,
      WINNOW_TEST_MODULES: report,
    }),
  );
  return { code, modules: JSON.parse(await readFile(report, 'utf8')) };
}
