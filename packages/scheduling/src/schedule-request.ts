import {
  AppError,
  type Corpus,
  parseGiven,
  type Schedule,
  type ScheduledWork,
  scheduleVersion,
  type Webhook,
  type Window,
} from '@winnow/core';
import { z } from 'zod';
import { nextSlot, requireCronTime } from './cron.ts';

const windowPattern = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;
/** Only such variables: naming another one would tell a caller something about its value. */
const secretPattern = /^WINNOW_WEBHOOK_SECRET(_[A-Z0-9_]+)?$/;

/** When a corpus is to be brought up to date, as a caller says it. */
export const scheduleRequestSchema = z.strictObject({
  cron: z
    .string()
    .min(1)
    .max(200)
    .describe('Minute, hour, day, month and day of the week; seconds may stand before them.'),
  tz: z.string().min(1).max(100).default('UTC').describe('Time zone of the IANA list, as Asia/Shanghai.'),
  window: z
    .string()
    .regex(windowPattern, 'must be such as 22:00-06:00')
    .refine((window) => window.slice(0, 5) !== window.slice(6), 'must end at another time than it begins')
    .nullish()
    .describe('Hours in that zone outside of which the run waits.'),
  reindex: z.boolean().default(false).describe('Builds a new generation, instead of taking in changes.'),
  promoteIfVerified: z
    .boolean()
    .default(false)
    .describe('With `reindex`: verifies the new generation, and switches readers to it if it passes.'),
  evaluate: z.boolean().default(false).describe('Measures the golden queries after each run.'),
  webhook: z
    .strictObject({
      url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2_000),
      secretEnv: z
        .string()
        .regex(secretPattern, 'must be WINNOW_WEBHOOK_SECRET, or begin with WINNOW_WEBHOOK_SECRET_')
        .nullish()
        .describe('Environment variable with the secret that messages are signed with.'),
    })
    .nullish()
    .describe('Is told when a scheduled run ended, was skipped, or waits.'),
});
export type ScheduleRequest = z.input<typeof scheduleRequestSchema>;

/**
 * @throws AppError `invalid_argument` for a cron expression, a zone, an address or a combination that is none.
 */
export function requireSchedule(asked: z.output<typeof scheduleRequestSchema>, now: Date): void {
  requireCronTime({ cron: asked.cron, timeZone: asked.tz }, now);
  workOf(asked);
  webhookOf(asked.webhook);
}

/**
 * The schedule of a corpus as it is asked for. One that it had before gives way, with what it knows: a slot that is
 * under way goes on, and none comes twice.
 * @throws AppError `invalid_argument` for a cron expression, a zone, an address or a combination that is none.
 */
export function scheduleOf(
  corpus: Pick<Corpus, 'name' | 'corpusId'>,
  request: ScheduleRequest,
  before: Schedule | null,
  now: Date,
): Schedule {
  const asked = parseGiven(scheduleRequestSchema, request, 'the schedule');
  requireSchedule(asked, now);
  const { cron, tz, window, evaluate, ...rest } = asked;
  const time = { cron, timeZone: tz };
  const webhook = webhookOf(rest.webhook);
  const decidedUntil = later(before?.decidedUntil, now.toISOString());
  return {
    version: scheduleVersion,
    corpus: corpus.name,
    corpusId: corpus.corpusId,
    ...time,
    window: windowOf(window ?? null),
    work: workOf(rest),
    evaluates: evaluate,
    webhook,
    nextRunAt: (nextSlot(time, new Date(decidedUntil)) ?? now).toISOString(),
    decidedUntil,
    current: before?.current ?? null,
    last: before?.last ?? null,
    notices: webhook === null ? [] : (before?.notices ?? []),
    createdAt: before?.createdAt ?? now.toISOString(),
  };
}

/** As a caller says it, and is told it. */
export function windowText(window: Window | null): string | null {
  return window === null ? null : `${window.from}-${window.to}`;
}

function windowOf(text: string | null): Window | null {
  const [from, to] = text?.split('-') ?? [];
  return from === undefined || to === undefined ? null : { from, to };
}

function workOf({
  reindex,
  promoteIfVerified,
}: {
  readonly reindex: boolean;
  readonly promoteIfVerified: boolean;
}): ScheduledWork {
  if (reindex) return { kind: 'reindex', promoteIfVerified };
  if (!promoteIfVerified) return { kind: 'sync' };
  throw new AppError('invalid_argument', 'only a reindex builds something to promote: ask for that too');
}

function webhookOf(given: z.output<typeof scheduleRequestSchema>['webhook']): Webhook | null {
  if (given === null || given === undefined) return null;
  const { username, password } = new URL(given.url);
  if (username !== '' || password !== '') {
    throw new AppError('invalid_argument', 'the address of a webhook has no user name and no password');
  }
  return { url: given.url, secretVariable: given.secretEnv ?? null };
}

/** ISO 8601 in UTC sorts as it is written. */
function later(one: string | undefined, other: string): string {
  return one !== undefined && one > other ? one : other;
}
