import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

// How long the command line takes to start, and what it loads; a search by itself, and through a running service:
//   node test/bench/start.ts [--program services/cli/src/main.ts] [--runs 7]
// Give another program, such as that of an installed package or of an older commit, to compare.
const { values } = parseArgs({
  options: {
    program: { type: 'string', default: join(import.meta.dirname, '../../services/cli/src/main.ts') },
    runs: { type: 'string', default: '7' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'winnow-start-'));
const environment = { ...process.env, WINNOW_DATA_DIR: join(folder, 'data') };
const source = join(import.meta.dirname, '../../docs/guides');
const search = ['search', 'guides', 'how do I begin?', '--json'];

console.log('command                       modules  median s  fastest s');
for (const words of [['--version'], ['--help'], ['corpus', 'list']]) measure(words.join(' '), words);
run(['corpus', 'create', 'guides', '--source', source, '--language', 'en', '--json']);
run(['ingest', 'guides', '--json']);
measure('search', search);
const service = spawn(process.execPath, [values.program, 'serve', '--port', '0'], {
  env: environment,
  stdio: ['ignore', 'pipe', 'ignore'],
});
try {
  await once(service.stdout, 'data');
  measure('search, with a service', search);
} finally {
  service.kill();
  await once(service, 'exit');
  rmSync(folder, { recursive: true });
}

function measure(label: string, words: readonly string[]): void {
  run(words);
  const seconds = Array.from({ length: Number(values.runs) }, () => run(words)).sort((a, b) => a - b);
  const [median = 0, fastest = 0] = [seconds[Math.floor(seconds.length / 2)], seconds[0]];
  const counts = String(modulesOf(words)).padStart(8);
  console.log(
    `${label.padEnd(28)} ${counts} ${median.toFixed(2).padStart(9)} ${fastest.toFixed(2).padStart(10)}`,
  );
}

/** How many its main thread loads. */
function modulesOf(words: readonly string[]): number {
  const report = join(folder, 'modules.json');
  run(words, {
    NODE_OPTIONS: `--import=${join(import.meta.dirname, '../harness/report-modules.ts')}`,
    WINNOW_TEST_MODULES: report,
  });
  const modules: unknown[] = JSON.parse(readFileSync(report, 'utf8'));
  return modules.length;
}

/** @returns seconds. */
function run(words: readonly string[], more: Readonly<Record<string, string>> = {}): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [values.program, ...words], {
    env: { ...environment, ...more },
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  if (status !== 0) throw new Error(`${words.join(' ')}: ${status}\n${stderr}`);
  return (performance.now() - startedAt) / 1_000;
}
