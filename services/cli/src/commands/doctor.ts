import type { DoctorReport, Engine, RunReport } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { countOf } from '../output/figures.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { uncoveredText } from '../output/run-summary.ts';
import { createStatusLine } from '../output/status-line.ts';
import { shorten, tableOf } from '../output/table.ts';
import { workOnRun } from '../runs/work-on-run.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface DoctorOptions {
  readonly repair?: boolean;
  readonly json?: boolean;
}

/** Rows of the table for people; JSON has them all. */
const shownFindings = 50;

export function registerDoctor(program: Command, environment: Environment): void {
  program
    .command('doctor <name>')
    .description('Compare source, manifest and index of a corpus, and name every difference.')
    .option('--repair', 'mend what is found, by a run like any other')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow doctor handbook
  $ winnow doctor handbook --repair
  $ winnow doctor handbook --json | jq '.findings[] | select(.kind == "lost")'

Kinds: missing, stale, unlisted (source and manifest differ: an ingest mends them too), unfinished (a run ended before
its time: an ingest mends it too), lost, half, wrong-vector, orphan (the index is not what the manifest says). Exit code 1 where there are findings; with --repair 0 once a
second look finds none.`,
    )
    .action((name: string, { repair = false, json = false }: DoctorOptions) =>
      withEngine(
        environment,
        repair ? { kind: 'write', purpose: `winnow doctor ${name} --repair` } : { kind: 'read' },
        async ({ engine, signal }) => {
          const report = await examine(engine, name, { forRepair: repair, signal });
          const isHealing = repair && report.total > 0;
          if (!json) printReport(report);
          const mended = isHealing ? await mend(engine, report, { json, signal }) : null;
          if (json) printJson(jsonOf(report, mended));
          const left = mended === null ? report.total : mended.after.total;
          const isHealthy = left === 0 && (mended?.run?.state ?? 'completed') === 'completed';
          process.exitCode ??= isHealthy ? exitCodes.done : exitCodes.no;
        },
      ),
    );
}

async function examine(
  engine: Engine,
  name: string,
  { forRepair, signal }: { readonly forRepair: boolean; readonly signal: AbortSignal },
): Promise<DoctorReport> {
  const line = createStatusLine();
  try {
    const onProgress = (checked: number) => line.show(`${name}: ${countOf(checked, 'thing')} compared`);
    return await engine.doctor.examine(name, { onProgress, forRepair }, signal);
  } finally {
    line.stop();
  }
}

interface Mended {
  /** Null where nothing had to be made anew. */
  readonly run: RunReport | null;
  /** What a second look found. */
  readonly after: DoctorReport;
}

async function mend(
  engine: Engine,
  report: DoctorReport,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
): Promise<Mended> {
  const started = await engine.doctor.repair(report.corpus, report, signal);
  const run = started === null ? null : await workOnRun(engine, started, { work: true, quiet: json, signal });
  const after = await examine(engine, report.corpus, { forRepair: false, signal });
  const how = run === null ? '' : `, run ${run.run} ${run.state}`;
  printNote(`repaired${how}; ${countOf(after.total, 'finding')} left`);
  if (!json && after.total > 0) printReport(after);
  return { run, after };
}

function jsonOf(report: DoctorReport, mended: Mended | null) {
  const { damaged: _, findings, ...rest } = report;
  return {
    ...rest,
    findings: findings.map(({ message, ...finding }) => ({ ...finding, detail: message })),
    repairRun: mended?.run?.run ?? null,
    ...(mended !== null && { left: mended.after.total }),
  };
}

function printReport(report: DoctorReport): void {
  const { checked, total, young, uncovered } = report;
  const source =
    checked.source === null ? 'no source' : `${countOf(checked.source, 'document')} at the source`;
  print(`compared ${source}, ${checked.manifest} in the manifest, ${checked.index} in the index`);
  for (const place of uncovered.slice(0, 5)) printNote(uncoveredText(place));
  if (young > 0)
    printNote(
      `note: ${countOf(young, 'thing')} being changed right now ${young === 1 ? 'was' : 'were'} not looked at`,
    );
  print(total === 0 ? 'no findings' : findingsTable(report));
  if (total > shownFindings) printNote(`note: ${countOf(total, 'finding')} in all; --json has them`);
}

function findingsTable({ findings }: DoctorReport): string {
  const rows = findings
    .slice(0, shownFindings)
    .map(({ kind, documentId, documentKey, message }) => [
      kind,
      documentId ?? documentKey,
      shorten(message, 90),
    ]);
  return tableOf(['finding', 'document', 'what is wrong'], rows);
}
