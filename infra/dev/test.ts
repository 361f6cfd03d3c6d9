import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { countsFileVariable } from './count-reporter.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { summaryLine, type TestCounts } from './test-summary.ts';

/**
 * Runs `pnpm check`, then every test, unit and integration, and ends with one line of counts. Arguments go to vitest:
 * `pnpm test packages/text`, `pnpm test --project unit`; with any, the checks are left out.
 */
const checkTasks = 'run format lint types unused boundaries --ui=stream --output-logs=new-only'.split(' ');
const root = join(import.meta.dirname, '../..');
if (!(await runChecks())) {
  console.log(summaryLine(null, false));
  process.exit(1);
}
const scratch = await makeScratchFolder();
const countsFile = join(scratch, 'counts.json');
const vitest = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    `--reporter=${join(import.meta.dirname, 'count-reporter.ts')}`,
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      [countsFileVariable]: countsFile,
      TMPDIR: join(scratch, 'tmp'),
      // Hundreds of tests start the command line: what it is compiled to is kept from one start to the next.
      NODE_COMPILE_CACHE: join(scratch, 'compiled'),
    },
  },
);
// The terminal sends Ctrl-C to both; this process stays to print the counts.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => vitest.kill('SIGTERM'));

const [exitCode] = (await once(vitest, 'exit')) as [number | null];
const counts = await readCounts();
await rm(scratch, { recursive: true, force: true });
const succeeded = exitCode === 0 && counts !== null && counts.failed === 0;
console.log(summaryLine(counts, succeeded));
process.exitCode = succeeded ? 0 : 1;

/** Format, lint, types, unused code and the direction of imports: nine seconds, and nothing of it breaks unseen. */
async function runChecks(): Promise<boolean> {
  if (process.argv.length > 2) return true;
  const turbo = spawn(join(root, 'node_modules/.bin/turbo'), checkTasks, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
  const [code] = (await once(turbo, 'exit')) as [number | null];
  return code === 0;
}

async function readCounts(): Promise<TestCounts | null> {
  const text = await readFile(countsFile, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as TestCounts);
}
