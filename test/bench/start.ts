import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

// How long the command line takes to start, and what it loads:
//   node test/bench/start.ts [--program services/cli/src/main.ts] [--data-dir .winnow --corpus NAME] [--runs 7]
// Give another program, such as that of an installed package or of an older commit, to compare.
const { values } = parseArgs({
  options: {
    program: { type: 'string', default: join(import.meta.dirname, '../../services/cli/src/main.ts') },
    'data-dir': { type: 'string' },
    corpus: { type: 'string' },
    runs: { type: 'string', default: '7' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'winnow-start-'));
const dataDir = values['data-dir'] ?? join(folder, 'data');
const commands = [['--version'], ['--help'], ['corpus', 'list']];
if (values.corpus !== undefined) commands.push(['search', values.corpus, 'how do I begin?', '--json']);

console.log('command                       modules  median s  fastest s');
for (const words of commands) {
  run(words, {});
  const seconds = Array.from({ length: Number(values.runs) }, () => run(words, {})).sort((a, b) => a - b);
  const report = join(folder, 'modules.json');
  run(words, {
    NODE_OPTIONS: `--import=${join(import.meta.dirname, '../harness/report-modules.ts')}`,
    WINNOW_TEST_MODULES: report,
  });
  const modules: unknown[] = JSON.parse(readFileSync(report, 'utf8'));
  const [median = 0, fastest = 0] = [seconds[Math.floor(seconds.length / 2)], seconds[0]];
  console.log(
    `${words.slice(0, 2).join(' ').padEnd(28)} ${String(modules.length).padStart(8)} ${median.toFixed(2).padStart(9)} ${fastest.toFixed(2).padStart(10)}`,
  );
}
rmSync(folder, { recursive: true });

/** @returns seconds. */
function run(words: readonly string[], environment: Readonly<Record<string, string>>): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [values.program, ...words], {
    env: { ...process.env, WINNOW_DATA_DIR: dataDir, ...environment },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${status}\n${stderr}`);
  return (performance.now() - startedAt) / 1_000;
}
