import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { embeddedInjections, fullInjections } from './injections/catalog.ts';
import { openEmbeddedScene } from './scene/embedded-scene.ts';
import { openFullScene } from './scene/full-scene.ts';
import { tailOf } from './scene/program.ts';
import type { Scene } from './scene/scene.ts';
import { runSchedule, type ScheduleReport } from './schedule/run-schedule.ts';
import { scheduleSummary } from './schedule/schedule-summary.ts';

/**
 * Has things go wrong at random while documents are indexed, in real processes on real servers:
 *
 *     pnpm test:faults --minutes 10 [--seed 7] [--backend embedded|full|both] [--log FOLDER]
 *
 * The seed decides what goes wrong and when; it is printed, so that a schedule can be had again. With `both` each
 * backend gets half of the minutes. ELASTICSEARCH_URL is not used: a server that is killed must be one's own.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string' },
    backend: { type: 'string', default: 'both' },
    log: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
const backends = values.backend === 'both' ? ['embedded', 'full'] : [values.backend];
const isUsable =
  minutes > 0 && Number.isInteger(seed) && backends.every((name) => name === 'embedded' || name === 'full');
if (!isUsable) {
  console.error(
    'usage: pnpm test:faults --minutes N [--seed S] [--backend embedded|full|both] [--log FOLDER]',
  );
  process.exit(2);
}

let open: Scene | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await open?.close().catch(() => {});
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}

const seconds = (minutes * 60) / backends.length;
for (const backend of backends) {
  console.log(`${backend}: ${seconds.toFixed(0)} s, seed ${seed}`);
  const report = await openers()[backend as 'embedded' | 'full']();
  console.log(`\n${scheduleSummary(backend, report)}\n`);
}

function openers() {
  const options = { seed, seconds, onLine: (line: string) => console.log(line) };
  return {
    embedded: () =>
      within(openEmbeddedScene({ perCallMs: 250, diskMegabytes: 64 }), (scene) =>
        runSchedule(scene, { ...options, injections: embeddedInjections(scene) }),
      ),
    full: () =>
      within(openFullScene({ perCallMs: 250, workers: 2 }), (scene) =>
        runSchedule(scene, { ...options, injections: fullInjections(scene) }),
      ),
  };
}

async function within<Setting extends Scene>(
  opening: Promise<Setting>,
  work: (scene: Setting) => Promise<ScheduleReport>,
): Promise<ScheduleReport> {
  const scene = await opening;
  open = scene;
  try {
    const report = await work(scene);
    const isSound = report.history.violations.length === 0;
    if (!isSound) process.exitCode = 1;
    if (!isSound || values.log !== undefined) await keep(scene, report);
    return report;
  } finally {
    open = null;
    await scene.close();
  }
}

/** The whole history, and what the processes said. */
async function keep({ backend, serving, workers }: Scene, { history }: ScheduleReport): Promise<void> {
  const folder = values.log ?? tmpdir();
  await mkdir(folder, { recursive: true });
  const path = join(folder, `winnow-faults-${backend}-${seed}.log`);
  const logs = [...new Set([serving, ...workers])].flatMap(({ name, programs }) =>
    programs.map(({ pid, log }) => `${name}, process ${pid}\n${tailOf(log, Number.POSITIVE_INFINITY)}`),
  );
  const whole = history.tail(Number.POSITIVE_INFINITY);
  await writeFile(path, [`begun ${history.startedAt.toISOString()}`, whole, ...logs].join('\n\n'));
  console.log(`\nseed ${seed} has it again; the whole history, and what the processes said: ${path}`);
}
