import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  conformanceMarkdown,
  conformanceTables,
  type ReportedTest,
  suiteTestPattern,
} from './conformance-matrix.ts';
import { withMatrix } from './matrix-page.ts';
import { findSuiteCalls } from './suite-calls.ts';

/**
 * Runs the conformance suites of the model ports and prints which adapter gives which guarantee. With `--write`
 * the tables go into docs/models.md; then nothing may be missing on this machine.
 */
const root = join(import.meta.dirname, '../..');
const page = join(root, 'docs/models.md');
const isWriting = process.argv.includes('--write');

const { tests, succeeded } = await runSuites();
const tables = conformanceTables(tests);
const markdown = conformanceMarkdown(tables);
console.log(`\n${markdown}`);
const holds = succeeded && tables.length > 0 && !/^\|.*✗/m.test(markdown);
if (isWriting && holds) await writeFile(page, withMatrix(await readFile(page, 'utf8'), markdown));
process.exitCode = holds ? 0 : 1;

async function runSuites(): Promise<{ tests: readonly ReportedTest[]; succeeded: boolean }> {
  const scratch = await mkdtemp(join(tmpdir(), 'winnow-conformance-'));
  const report = join(scratch, 'report.json');
  const files = [...new Set(findSuiteCalls(root).map(({ file }) => file))];
  const vitest = spawn(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--project', 'integration', '--project', 'unit', '-t', suiteTestPattern],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ...files,
    ],
    // With CI a model or a server that cannot be had is a failure, else a skipped suite.
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...(isWriting && { CI: 'true' }) } },
  );
  const [exitCode] = await once(vitest, 'exit');
  const text = await readFile(report, 'utf8').catch(() => '{"testResults":[]}');
  await rm(scratch, { recursive: true, force: true });
  const { testResults } = JSON.parse(text) as {
    testResults: readonly { assertionResults: readonly ReportedTest[] }[];
  };
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  return { tests, succeeded: exitCode === 0 };
}
