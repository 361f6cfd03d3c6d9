import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type CorpusChanges, type MailAttachments, mailAttachmentsOf, sourceAddress } from '@winnow/core';
import type { CorpusSummary, ScheduleView } from '@winnow/engine';
import type { Setup, WantedCorpus, WantedSource } from './setup-schema.ts';

/** What is there. */
export interface PresentSetup {
  readonly corpora: readonly CorpusSummary[];
  readonly schedules: readonly ScheduleView[];
}

/** Something that is done to come to what is wanted. */
export type SetupChange = { readonly corpus: string; readonly detail: string } & (
  | { readonly kind: 'create'; readonly wanted: WantedCorpus }
  | { readonly kind: 'settings'; readonly changes: CorpusChanges }
  | { readonly kind: 'source'; readonly source: WantedSource }
  | {
      readonly kind: 'source-settings';
      readonly sourceId: string;
      readonly mailAttachments: MailAttachments;
    }
  | { readonly kind: 'schedule'; readonly schedule: NonNullable<WantedCorpus['schedule']> }
);

/** A difference that is left: it costs something, or something would be lost by it. */
export interface LeftAlone {
  readonly corpus: string;
  readonly detail: string;
  /** What a person does to have it so. */
  readonly how: string;
}

/** The way from what is there to what is wanted. Nothing is removed on it, and no model is paid. */
export function compareSetup(
  wanted: Setup,
  { corpora, schedules }: PresentSetup,
): { readonly changes: readonly SetupChange[]; readonly left: readonly LeftAlone[] } {
  const present = new Map(corpora.map((corpus) => [corpus.name, corpus]));
  const changes: SetupChange[] = [];
  const left: LeftAlone[] = [];
  for (const [name, corpus] of Object.entries(wanted.corpora)) {
    const there = present.get(name);
    const schedule = schedules.find((each) => each.corpus === name);
    if (there === undefined) {
      const detail = `is made, from ${corpus.sources.map(({ path }) => path).join(', ')}`;
      changes.push({ kind: 'create', corpus: name, detail, wanted: corpus });
    } else {
      changes.push(
        ...settingsIn(name, corpus, there),
        ...sourcesIn(name, corpus, there),
        ...attachmentsIn(name, corpus, there),
      );
      left.push(...fixedIn(name, corpus, there), ...sourcesLeft(name, corpus, there));
    }
    changes.push(...scheduleIn(name, corpus, schedule));
    if (corpus.schedule === undefined && schedule !== undefined) {
      left.push({ corpus: name, detail: 'it has a schedule', how: `winnow schedule remove ${name}` });
    }
  }
  return { changes, left };
}

const settingNames = ['deletionGuard', 'verification', 'keepRetiredHours', 'recording'] as const;

function settingsIn(corpus: string, wanted: WantedCorpus, there: CorpusSummary): readonly SetupChange[] {
  const names = settingNames.filter((name) => !holds(wanted[name], there[name]));
  if (names.length === 0) return [];
  const changes = Object.fromEntries(names.map((name) => [name, wanted[name]]));
  const detail = names
    .map((name) => `${name} ${JSON.stringify(there[name])} → ${JSON.stringify(wanted[name])}`)
    .join(', ');
  return [{ kind: 'settings', corpus, detail, changes }];
}

/** Whether everything that is wanted is so. */
function holds(wanted: unknown, there: unknown): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted !== 'object' || wanted === null) return wanted === there;
  return Object.entries(wanted).every(
    ([name, value]) => value === undefined || value === (there as Readonly<Record<string, unknown>>)[name],
  );
}

function sourcesIn(corpus: string, wanted: WantedCorpus, there: CorpusSummary): readonly SetupChange[] {
  return wanted.sources
    .filter((source) => presentSource(source, wanted, there) === undefined)
    .map((source) => ({ kind: 'source', corpus, detail: `gets the source ${source.path}`, source }));
}

/** Another choice loses nothing: the next ingest has what follows of it, within the deletion guard. */
function attachmentsIn(corpus: string, wanted: WantedCorpus, there: CorpusSummary): readonly SetupChange[] {
  return wanted.sources.flatMap((source) => {
    const { mailAttachments } = source;
    const present = presentSource(source, wanted, there);
    if (mailAttachments === undefined || present === undefined) return [];
    if (!isAt(source.path, present.settings)) return [];
    const before = mailAttachmentsOf(present.settings);
    if (before === null || before === mailAttachments) return [];
    const { sourceId } = present;
    const detail = `has attachments of mails in its source ${sourceId} as ${mailAttachments} instead of ${before}`;
    return [{ kind: 'source-settings', corpus, detail, sourceId, mailAttachments }];
  });
}

/** The source under the wanted name; a source without a name is the only one. */
function presentSource({ name }: WantedSource, { sources }: WantedCorpus, there: CorpusSummary) {
  const isOnly = sources.length === 1 && there.sources.length === 1;
  return there.sources.find(({ sourceId }) => (name === undefined ? isOnly : sourceId === name));
}

function sourcesLeft(corpus: string, wanted: WantedCorpus, there: CorpusSummary): readonly LeftAlone[] {
  const known = new Set<string>();
  const others = wanted.sources.flatMap((source) => {
    const present = presentSource(source, wanted, there);
    if (present === undefined) return [];
    known.add(present.sourceId);
    const { sourceId, settings } = present;
    // The last source of a corpus cannot be removed, so that the other one has to be there before.
    const how =
      there.sources.length > 1
        ? `winnow source remove ${corpus} ${sourceId}, then winnow apply`
        : `give it another name in the file, winnow apply, then winnow source remove ${corpus} ${sourceId}`;
    if (!isAt(source.path, settings)) {
      const detail = `its source ${sourceId} is ${sourceAddress(settings)}, and not ${source.path}`;
      return [{ corpus, detail, how }];
    }
    const choices = settings as Readonly<Record<string, unknown>>;
    const isUnfit = source.mailAttachments !== undefined && mailAttachmentsOf(settings) === null;
    const unfit = isUnfit
      ? [
          {
            corpus,
            detail: `mailAttachments is not for its source ${sourceId}`,
            how: 'take it out of the file',
          },
        ]
      : [];
    const differing = (['include', 'exclude', 'fields'] as const)
      .filter((name) => source[name] !== undefined && !isDeepStrictEqual(source[name], choices[name]))
      .map((name) => ({ corpus, detail: `${name} of its source ${sourceId} differs`, how }));
    return [...unfit, ...differing];
  });
  const more = there.sources
    .filter(({ sourceId }) => !known.has(sourceId))
    .map(({ sourceId }) => ({
      corpus,
      detail: `it has a source ${sourceId}`,
      how: `winnow source remove ${corpus} ${sourceId}`,
    }));
  return [...others, ...more];
}

/** Of one document its folder is kept, with its name for the only one that is taken. */
function isAt(path: string, settings: CorpusSummary['sources'][number]['settings']): boolean {
  const address = sourceAddress(settings);
  const plain = (given: string) => given.replace(/\/+$/, '');
  if (plain(address) === plain(path)) return true;
  if (settings.kind !== 'folder') return false;
  return isDeepStrictEqual(settings.include, [basename(path)]) && address === dirname(path);
}

/** What was decided when the corpus was made. */
function fixedIn(corpus: string, wanted: WantedCorpus, there: CorpusSummary): readonly LeftAlone[] {
  const { embedder, chunkTokens, language } = wanted;
  const build = [
    ...(embedder !== undefined && embedder !== there.embedder ? [`--embedder ${embedder}`] : []),
    ...(chunkTokens !== undefined && chunkTokens !== there.chunking.targetTokens
      ? [`--chunk-tokens ${chunkTokens}`]
      : []),
  ];
  const isOther = language !== undefined && language !== 'auto' && language !== there.language;
  return [
    ...(build.length === 0
      ? []
      : [
          {
            corpus,
            detail: `it is made with ${there.embedder} and ${there.chunking.targetTokens} tokens a chunk`,
            how: `winnow reindex ${corpus} ${build.join(' ')}`,
          },
        ]),
    ...(isOther ? [{ corpus, detail: `its language is ${there.language}`, how: 'make another corpus' }] : []),
  ];
}

const scheduleNames = ['cron', 'tz', 'window', 'reindex', 'promoteIfVerified', 'evaluate'] as const;

function scheduleIn(
  corpus: string,
  { schedule }: WantedCorpus,
  there: ScheduleView | undefined,
): readonly SetupChange[] {
  if (schedule === undefined) return [];
  const isSame =
    there !== undefined &&
    scheduleNames.every((name) => (schedule[name] ?? null) === there[name]) &&
    (schedule.webhook?.url ?? null) === (there.webhook?.url ?? null) &&
    (schedule.webhook?.secretEnv ?? null) === (there.webhook?.secretEnv ?? null);
  if (isSame) return [];
  const before = there === undefined ? '' : ` instead of ${there.cron} (${there.tz})`;
  const detail = `is brought up to date at ${schedule.cron} (${schedule.tz})${before}`;
  return [{ kind: 'schedule', corpus, detail, schedule }];
}
