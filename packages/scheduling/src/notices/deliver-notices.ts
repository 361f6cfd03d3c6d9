import { AppError, type Notice, type Schedule, type Webhook } from '@winnow/core';
import type { SchedulingPorts } from '../ports.ts';
import { afterFailure, bodyOf, isDue, withoutNotice } from './notice.ts';
import { signedHeaders } from './signed-headers.ts';

/**
 * Tells the webhook of a schedule what it was not told yet, as far as it is time. A notice goes once it was taken, so
 * that after a crash one may come twice, with the same id.
 */
export async function deliverNotices(
  ports: SchedulingPorts,
  schedule: Schedule,
  signal: AbortSignal,
): Promise<void> {
  const { corpus, webhook, notices } = schedule;
  if (webhook === null) return;
  for (const notice of notices) {
    if (!isDue(notice, ports.now())) continue;
    const problem = await problemOf(ports, schedule, webhook, notice, signal);
    if (signal.aborted) return;
    await ports.schedules.update(corpus, (current) => afterTry(current, notice, problem, ports.now()));
    report(ports, schedule, notice, problem);
    // Who did not take one does not take the next either.
    if (problem !== null) return;
  }
}

async function problemOf(
  { post, secretOf, now }: SchedulingPorts,
  schedule: Schedule,
  { url, secretVariable }: Webhook,
  notice: Notice,
  signal: AbortSignal,
): Promise<string | null> {
  const secret = secretVariable === null ? null : secretOf(secretVariable);
  if (secretVariable !== null && secret === null) return `${secretVariable} is not set where it is sent from`;
  const body = bodyOf(schedule, notice);
  const headers = signedHeaders({ id: notice.id, body, sentAt: now() }, secret);
  try {
    await post(url, { body, headers }, signal);
    return null;
  } catch (thrown) {
    return AppError.from(thrown).message;
  }
}

function afterTry(schedule: Schedule, { id }: Notice, problem: string | null, now: Date): Schedule | null {
  const notice = schedule.notices.find((each) => each.id === id);
  if (notice === undefined) return null;
  const next = problem === null ? null : afterFailure(notice, problem, now);
  if (next === null) return withoutNotice(schedule, id);
  return { ...schedule, notices: schedule.notices.map((each) => (each.id === id ? next : each)) };
}

function report(
  { log, now }: SchedulingPorts,
  { corpus }: Schedule,
  notice: Notice,
  problem: string | null,
): void {
  const { id, event: told, tries } = notice;
  if (problem === null) {
    log.info({ event: 'webhook-told', corpus, id, told });
    return;
  }
  const isOver = afterFailure(notice, problem, now()) === null;
  const event = isOver ? 'webhook-given-up' : 'webhook-not-told';
  log.warn({ event, corpus, id, told, tries: tries + 1, problem });
}
