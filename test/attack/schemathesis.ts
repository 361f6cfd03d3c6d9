import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installOnce } from '../../infra/dev/cache-folder.ts';
import { findPython, type Python } from '../../infra/dev/python.ts';
import { runCommand } from '../../infra/dev/run-command.ts';
import { exitOnSignals, startService } from './service.ts';

/**
 * Has Schemathesis make cases from the description of a running service, and fails where one is answered with an error
 * of the server or with what the description does not say:
 *
 *     node test/attack/schemathesis.ts [--cases 10000] [--seed 7]
 *
 * It comes from the Python registry into the cache, once, and is no part of the product.
 * @see https://schemathesis.readthedocs.io
 */
const version = '4.32.5';
const checks =
  'not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance';
/** About as many operations as the API has: each gets its share of the cases. */
const operations = 40;

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '10000' }, seed: { type: 'string', default: '7' } },
});
const [cases, seed] = [Number(values.cases), Number(values.seed)];
if (!(Number.isInteger(cases) && cases > 0 && Number.isInteger(seed))) {
  console.error('usage: node test/attack/schemathesis.ts [--cases N] [--seed S]');
  process.exit(2);
}

const python = await findPython();
const packages = await installOnce(`schemathesis-${version}-python${python.version}`, (directory) =>
  install(python, directory),
);
exitOnSignals();
const folder = await mkdtemp(join(tmpdir(), 'winnow-schemathesis-'));
const service = await startService(folder, {});
try {
  const words = [
    '-c',
    'from schemathesis.cli import schemathesis; schemathesis()',
    'run',
    `${service.address}/openapi.json`,
    '--checks',
    checks,
    '--phases',
    'examples,coverage,fuzzing',
    '--max-examples',
    String(Math.ceil(cases / operations)),
    '--seed',
    String(seed),
    '--continue-on-failure',
    '--request-timeout',
    '60',
    '--suppress-health-check',
    'all',
    '--warnings',
    'off',
  ];
  const child = spawn(python.command, words, {
    stdio: 'inherit',
    cwd: folder,
    env: {
      ...process.env,
      PYTHONPATH: `${packages}:${import.meta.dirname}`,
      PYTHONUTF8: '1',
      SCHEMATHESIS_HOOKS: 'schemathesis_hooks',
    },
  });
  process.once('exit', () => child.kill());
  const [code] = (await once(child, 'exit')) as [number | null];
  const isThere = service.isRunning();
  if (!isThere) console.error(`the service has ended: ${service.logFile} says why`);
  process.exitCode = code === 0 && isThere ? 0 : 1;
} finally {
  await service.stop();
  if (process.exitCode === 0) await rm(folder, { recursive: true, force: true });
}

/** Into a folder of its own instead of a virtual environment, which could not be renamed. */
async function install({ command }: Python, directory: string): Promise<void> {
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'];
  await runCommand(command, [...pip, '--target', directory, `schemathesis==${version}`]);
}
