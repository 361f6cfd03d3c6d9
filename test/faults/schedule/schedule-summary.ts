import type { ScheduleReport } from './run-schedule.ts';

/** What a schedule came to, for people. */
export function scheduleSummary(backend: string, report: ScheduleReport): string {
  const { seed, history, troubles, runs, builds, reads, documents, repeated, queueBytes, healingSeconds } =
    report;
  const byName = Map.groupBy(troubles, ({ name }) => name);
  const kills = troubles.filter(({ name }) => name.includes('kill -9')).length;
  const perTrouble = troubles.length === 0 ? 0 : repeated.repeats / troubles.length;
  return [
    `${backend}, seed ${seed}: ${troubles.length} troubles, ${kills} of them kills`,
    ...[...byName].sort().map(([name, all]) => `  ${String(all.length).padStart(4)} × ${name}`),
    `  ${runs} runs over ${documents} documents in the end; ${reads} reads; as it should be after ${healingSeconds.toFixed(1)} s`,
    `  builds: ${Object.entries(builds)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}`,
    `  ${repeated.texts} texts embedded, ${repeated.repeats} times again (${perTrouble.toFixed(1)} a trouble)`,
    `  the queue holds ${(queueBytes / 1_048_576).toFixed(1)} MiB in the end`,
    `  calls: ${[...history.outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`,
    `  ${history.violations.length} violations`,
    ...history.violations.map(
      ({ guarantee, at, message }) => `    ${guarantee} at ${at.toFixed(1)} s: ${message}`,
    ),
  ].join('\n');
}
