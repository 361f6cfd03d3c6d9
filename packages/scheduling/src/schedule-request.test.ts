import { AppError } from '@winnow/core';
import { describe, expect, test } from 'vitest';
import { type ScheduleRequest, scheduleOf, scheduleRequestSchema } from './schedule-request.ts';
import { askedFor, decided } from './slots/decide-slot.ts';
import { handbook } from './testing/test-bench.ts';

const now = new Date('2026-11-28T12:00:00Z');
const daily = { cron: '0 3 * * *' };

describe('scheduleOf', () => {
  test('has the next slot in its zone, and UTC where none is given', () => {
    expect(scheduleOf(handbook, daily, null, now).nextRunAt).toBe('2026-11-29T03:00:00.000Z');
    const shanghai = scheduleOf(handbook, { ...daily, tz: 'Asia/Shanghai' }, null, now);
    expect(shanghai.nextRunAt).toBe('2026-11-28T19:00:00.000Z');
  });

  test('set anew, it keeps what is under way and has no slot twice, though the clock was set back', () => {
    const before = decided(scheduleOf(handbook, daily, null, now), new Date('2026-11-29T03:00:00Z'));
    const changed = scheduleOf(handbook, { cron: '*/10 * * * *' }, before, new Date('2026-11-29T02:50:00Z'));
    expect(changed.current).toEqual(before?.current);
    expect(changed.nextRunAt).toBe('2026-11-29T03:10:00.000Z');
  });

  test.each<[ScheduleRequest, string]>([
    [{ ...daily, promoteIfVerified: true }, 'only a reindex'],
    [{ ...daily, tz: 'Mars/Olympus' }, 'IANA'],
    [{ ...daily, webhook: { url: 'https://me:secret@ops.example.com/' } }, 'no user name and no password'],
  ])('refuses %j', (request, reason) => {
    expect(() => scheduleOf(handbook, request, null, now)).toThrow(reason);
    expect(() => scheduleOf(handbook, request, null, now)).toThrow(AppError);
  });

  test.each([
    { ...daily, window: '9-17' },
    { ...daily, window: '22:00-24:00' },
    { ...daily, webhook: { url: 'ftp://ops.example.com' } },
    { ...daily, webhook: { url: 'https://ops.example.com', secretEnv: 'OPENAI_API_KEY' } },
    { ...daily, webhook: { url: 'https://ops.example.com', secretEnv: 'WINNOW_WEBHOOK_SECRETS' } },
    { ...daily, often: true },
    {},
  ])('the schema refuses %j', (request) => {
    expect(scheduleRequestSchema.safeParse(request).success).toBe(false);
  });
});

describe('askedFor', () => {
  test('begins a slot of now and leaves the next one as it is', () => {
    const schedule = scheduleOf(handbook, daily, null, now);
    const asked = askedFor(schedule, new Date('2026-11-28T12:34:56.789Z'));
    expect(asked).toMatchObject({
      nextRunAt: schedule.nextRunAt,
      current: { slot: '2026-11-28T12:34:56.000Z', byHand: true },
    });
    expect(() => askedFor(asked, now)).toThrow('the schedule of handbook is at work');
  });

  test('is another run than that of a slot at the same second', () => {
    const schedule = scheduleOf(handbook, daily, null, now);
    const due = new Date(schedule.nextRunAt);
    expect(askedFor(schedule, due).current?.runId).not.toBe(decided(schedule, due)?.current?.runId);
  });
});
