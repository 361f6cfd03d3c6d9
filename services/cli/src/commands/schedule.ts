import { parseGiven } from '@winnow/core';
import { type Engine, type ScheduleRequest, type ScheduleView, scheduleRequestSchema } from '@winnow/engine';
import { exitCodes } from '@winnow/runtime';
import type { Command } from 'commander';
import { type FormatOptions, printListing, withFormats } from '../output/listing.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { outcomeText, scheduleFacts, timeThere, workText } from '../output/schedule-text.ts';
import { createStatusLine } from '../output/status-line.ts';
import { tableOf } from '../output/table.ts';
import { type CommandTools, type Environment, withEngine } from '../with-engine.ts';

interface SetOptions {
  readonly cron: string;
  readonly tz?: string;
  readonly window?: string;
  readonly reindex?: boolean;
  readonly promoteIfVerified?: boolean;
  readonly evaluate?: boolean;
  readonly webhook?: string;
  readonly webhookSecretEnv?: string;
  readonly json?: boolean;
}

interface ShowOptions {
  readonly json?: boolean;
}

/** Running jobs get this long to end after Ctrl-C. */
const graceMs = 5_000;

export function registerSchedule(program: Command, environment: Environment): void {
  const schedule = program
    .command('schedule')
    .description('Have corpora brought up to date by themselves, at set times.');
  registerSet(schedule, environment);
  registerLooking(schedule, environment);
  registerRemove(schedule, environment);
  registerRunNow(schedule, environment);
}

function registerSet(schedule: Command, environment: Environment): void {
  schedule
    .command('set <name>')
    .description('Set when a corpus is brought up to date, in place of the schedule that it has.')
    .requiredOption(
      '--cron <expression>',
      'minute, hour, day, month and day of the week; seconds may stand before them',
    )
    .option('--tz <zone>', 'time zone of the IANA list (default: UTC)')
    .option('--window <hours>', 'hours such as 22:00-06:00 in that zone, outside of which the run waits')
    .option('--reindex', 'build a new generation, instead of taking in what changed')
    .option('--promote-if-verified', 'with --reindex: verify it, and switch readers to it if it passes')
    .option('--evaluate', 'measure the golden queries after each run')
    .option('--webhook <url>', 'told when a scheduled run ended, was skipped, or waits')
    .option('--webhook-secret-env <variable>', 'variable with the secret that messages are signed with')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow schedule set handbook --cron '0 3 * * *' --tz Asia/Shanghai
  $ winnow schedule set handbook --cron '0 22 * * 1-5' --tz Europe/Berlin --window 22:00-06:00
  $ winnow schedule set handbook --cron '0 1 * * 0' --reindex --promote-if-verified --evaluate
  $ winnow schedule set handbook --cron '@hourly' --webhook https://ops.example.com/winnow \\
      --webhook-secret-env WINNOW_WEBHOOK_SECRET

On the embedded index \`winnow serve\` keeps the time, in full mode a \`winnow worker\`. What was missed while none was
there is made up for by one run.`,
    )
    .action((name: string, options: SetOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow schedule set ${name}` },
        async ({ engine }) => {
          const view = await engine.schedules.set(name, requestOf(options));
          if (options.json) return printJson(view);
          print(`${name}: ${workText(view)}, next at ${timeThere(view.next, view.tz)}`);
          printNote(timekeeperOf(engine));
          const secret = options.webhookSecretEnv;
          if (secret !== undefined && !environment[secret]) {
            printNote(`note: ${secret} is not set here; nothing is sent unless it is where the time is kept`);
          }
        },
      ),
    );
}

function timekeeperOf({ mode }: Engine): string {
  return mode === 'embedded'
    ? 'note: winnow serve keeps the time; what is missed while it is not running is made up for by one run'
    : 'note: a winnow worker (or winnow serve) keeps the time';
}

function requestOf(options: SetOptions): ScheduleRequest {
  const { cron, tz, window, reindex, promoteIfVerified, evaluate, webhook, webhookSecretEnv } = options;
  return parseGiven(
    scheduleRequestSchema,
    {
      cron,
      tz,
      window,
      reindex,
      promoteIfVerified,
      evaluate,
      // A secret without an address is refused by the schema, which knows what is missing.
      ...((webhook !== undefined || webhookSecretEnv !== undefined) && {
        webhook: { url: webhook, secretEnv: webhookSecretEnv },
      }),
    },
    'the request',
  );
}

function registerLooking(schedule: Command, environment: Environment): void {
  withFormats(schedule.command('list'))
    .description('All schedules.')
    .addHelpText(
      'after',
      "\nExamples:\n  $ winnow schedule list\n  $ winnow schedule list --json | jq '.schedules[].next'",
    )
    .action((options: FormatOptions) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const schedules = await engine.schedules.list();
        printListing(
          options,
          { schedules },
          {
            columns: ['corpus', 'cron', 'window', 'work', 'next', 'last'],
            rows: schedules.map(rowOf),
            ifEmpty: "no schedules yet: winnow schedule set NAME --cron '0 3 * * *'",
          },
        );
      }),
    );
  schedule
    .command('show <name>')
    .description('One schedule, and its next five times in its zone.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ winnow schedule show handbook\n  $ winnow schedule show handbook --json',
    )
    .action((name: string, { json }: ShowOptions) =>
      withEngine(environment, { kind: 'read' }, async ({ engine }) => {
        const view = await engine.schedules.show(name);
        if (json) printJson(view);
        else print(tableOf(['', ''], scheduleFacts(view)));
      }),
    );
}

function rowOf(view: ScheduleView): readonly string[] {
  const { corpus, cron, tz, window, next, last } = view;
  return [corpus, `${cron} (${tz})`, window ?? '', workText(view), timeThere(next, tz), last?.state ?? ''];
}

function registerRemove(schedule: Command, environment: Environment): void {
  schedule
    .command('remove <name>')
    .description('Remove the schedule of a corpus. A run that is under way goes on.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ winnow schedule remove handbook')
    .action((name: string, { json }: ShowOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow schedule remove ${name}` },
        async ({ engine }) => {
          await engine.schedules.remove(name);
          if (json) printJson({ removed: name });
          else printNote(`schedule of ${name} removed`);
        },
      ),
    );
}

function registerRunNow(schedule: Command, environment: Environment): void {
  schedule
    .command('run-now <name>')
    .description('Have the work of a schedule done now, at whatever hour; its times stay as they are.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Example:
  $ winnow schedule run-now handbook

On the embedded index the work is done here, and followed to its end; what a process that ended has left under way is gone
on with instead. In full mode whoever keeps the time does it. Exit code 1 where it did not come to a good end.`,
    )
    .action((name: string, { json }: ShowOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow schedule run-now ${name}` },
        async (tools) => {
          const view = await runNow(tools, name);
          if (json) printJson(view);
          else print(`${name}: ${outcomeText(view.last)}`);
          const isGood = tools.engine.mode === 'full' || view.last?.state === 'completed';
          process.exitCode ??= isGood ? exitCodes.done : exitCodes.no;
        },
      ),
    );
}

async function runNow({ engine, signal }: CommandTools, name: string): Promise<ScheduleView> {
  if (engine.mode === 'full') return await engine.schedules.runNow(name);
  const before = await engine.schedules.show(name);
  // Left by a process that has ended: nobody else goes on with it while this one is here.
  if (before.last?.at === null)
    printNote(`note: goes on with the slot at ${timeThere(before.last.slot, before.tz)}`);
  else await engine.schedules.runNow(name);
  const line = createStatusLine();
  const worker = engine.createWorker();
  try {
    await worker.start();
    const show = ({ last }: ScheduleView) => line.show(`${name}: ${last?.state ?? ''} ${last?.run ?? ''}`);
    return await engine.schedules.work(name, show, signal);
  } finally {
    line.stop();
    await worker.close({ graceMs });
  }
}
