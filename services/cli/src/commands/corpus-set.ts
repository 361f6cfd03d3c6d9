import { AppError, type CorpusChanges } from '@winnow/core';
import type { CorpusSummary, Engine } from '@winnow/engine';
import { type Command, InvalidArgumentError } from 'commander';
import { numberBetween, wholeNumber } from '../arguments.ts';
import { countOf } from '../output/figures.ts';
import { print, printJson, printNote } from '../output/print.ts';
import { tableOf } from '../output/table.ts';
import { agreeTo } from '../runs/agree-to.ts';
import { type Environment, withEngine } from '../with-engine.ts';

interface SetOptions {
  readonly qualityMargin?: number;
  readonly agreementFloor?: number | null;
  readonly vectorRecallFloor?: number;
  readonly keepRetiredHours?: number;
  readonly recordQueries?: boolean;
  readonly recordDays?: number;
  readonly deleteGuardDocuments?: number;
  readonly deleteGuardShare?: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function registerCorpusSet(corpus: Command, environment: Environment): void {
  corpus
    .command('set <name>')
    .alias('update')
    .description('Change settings of a corpus; what is left out stays.')
    .option(
      '--quality-margin <part>',
      'what nDCG@10 and recall of a new generation may fall by on golden queries, 0–1',
      numberBetween(0, 1),
    )
    .option(
      '--agreement-floor <part>',
      'of the first ten results, the part that has to stay, 0–1; or none',
      partOrNone,
    )
    .option(
      '--vector-recall-floor <part>',
      'of the nearest ten, the part that the index has to find, 0–1',
      numberBetween(0, 1),
    )
    .option(
      '--keep-retired-hours <n>',
      'hours that a generation is kept after readers were switched away from it',
      numberBetween(0, 24 * 366),
    )
    .option(
      '--record-queries <on|off>',
      'keep the texts of searches, to compare generations by them',
      onOrOff,
    )
    .option('--record-days <n>', 'days after which recorded searches are forgotten', wholeNumber(1, 3_650))
    .option(
      '--delete-guard-documents <n>',
      'an ingest that would delete more documents than this, and than the share below, withholds that',
      wholeNumber(0, Number.MAX_SAFE_INTEGER),
    )
    .option('--delete-guard-share <part>', 'part of the searchable documents, 0–1', numberBetween(0, 1))
    .option(
      '--yes',
      'do not ask before recorded searches are forgotten; without a terminal they are not, but with this option',
    )
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ winnow corpus set handbook --quality-margin 0.01 --agreement-floor 0.6
  $ winnow corpus set handbook --agreement-floor none
  $ winnow corpus set handbook --record-queries on --record-days 14

With --record-queries on, the texts of searches and questions are kept as they were typed, whatever is in them, until
their days are over. off forgets all that were kept. On the embedded index, those of winnow serve and query are
recorded; winnow search and ask only read there.`,
    )
    .action((name: string, options: SetOptions) =>
      withEngine(
        environment,
        { kind: 'write', purpose: `winnow corpus set ${name}` },
        async ({ engine, signal }) => {
          const changes = changesOf(options);
          if (!(await agreeToForget(engine, name, options, signal))) return;
          const summary = await engine.corpora.change(name, changes);
          if (options.json) return printJson(summary);
          print(tableOf(['', ''], settingsOf(summary)));
          if (options.recordQueries === true) {
            const { days } = summary.recording;
            printNote(
              `note: texts of searches and questions are kept from now on, as they were typed, for ${countOf(days, 'day')}`,
            );
          }
          if (options.recordQueries === false) printNote('note: what was recorded is forgotten');
        },
      ),
    );
}

/** Whether searches that were recorded may go, where they would. */
async function agreeToForget(
  engine: Engine,
  name: string,
  { recordQueries, yes = false }: SetOptions,
  signal: AbortSignal,
): Promise<boolean> {
  if (recordQueries !== false) return true;
  const { recording } = await engine.corpora.show(name);
  if (!recording.enabled) return true;
  return await agreeTo({ what: `forget the searches of ${name} that were recorded` }, yes, signal);
}

function changesOf(options: SetOptions): CorpusChanges {
  const { keepRetiredHours } = options;
  const changes = {
    ...group('deletionGuard', { documents: options.deleteGuardDocuments, share: options.deleteGuardShare }),
    ...group('verification', {
      qualityMargin: options.qualityMargin,
      agreementFloor: options.agreementFloor,
      vectorRecallFloor: options.vectorRecallFloor,
    }),
    ...(keepRetiredHours !== undefined && { keepRetiredHours }),
    ...group('recording', { enabled: options.recordQueries, days: options.recordDays }),
  };
  if (Object.keys(changes).length > 0) return changes;
  throw new AppError('invalid_argument', 'nothing is to be changed: --help names what can be');
}

/** Settings under one name, if any of them was given. */
function group<Name extends string, Settings extends object>(
  name: Name,
  settings: Settings,
): { readonly [Key in Name]?: Settings } {
  const isGiven = Object.values(settings).some((value) => value !== undefined);
  return isGiven ? ({ [name]: settings } as { [Key in Name]: Settings }) : {};
}

/** What `corpus set` changes, as people read it. */
export function settingsOf({
  verification,
  keepRetiredHours,
  recording,
  golden,
}: CorpusSummary): readonly (readonly [string, string])[] {
  const { qualityMargin, agreementFloor, vectorRecallFloor } = verification;
  return [
    [
      'verification',
      `quality may fall by ${qualityMargin}; agreement ${agreementFloor === null ? 'is not asked for' : `at least ${agreementFloor}`}; recall of vectors at least ${vectorRecallFloor}`,
    ],
    ['golden queries', golden === null ? 'none' : `${golden.queries}, set ${golden.setAt}`],
    ['searches', recording.enabled ? `recorded, kept ${countOf(recording.days, 'day')}` : 'not recorded'],
    ['former generations', `kept ${keepRetiredHours} hours`],
  ];
}

function partOrNone(given: string): number | null {
  return given === 'none' ? null : numberBetween(0, 1)(given);
}

function onOrOff(given: string): boolean {
  if (given === 'on') return true;
  if (given === 'off') return false;
  throw new InvalidArgumentError('must be on or off.');
}
