import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { standBack } from '@winnow/core';
import { randomOf } from '@winnow/testkit';
import { type HostileFile, hostileFiles } from './hostile-documents.ts';
import { type HostileRequest, hostileRequest } from './hostile-requests.ts';
import { choiceOf } from './hostile-text.ts';
import type { AttackedService } from './service.ts';
import { watchService } from './watch-service.ts';
import type { Watch } from './watch-thread.ts';

export interface AttackOptions {
  readonly seed: number;
  /** Decides what is sent; it goes on until the time is over or so many requests were answered. */
  readonly until: { readonly seconds: number; readonly requests: number };
  /** Requests at a time. */
  readonly clients: number;
  /** Documents of one round of ingestion, and the size of the largest in characters. */
  readonly files: { readonly count: number; readonly largest: number };
  /** Of the corpora that are attacked. */
  readonly embedder: string;
  readonly onLine: (line: string) => void;
}

/** What an attack came to. */
export interface AttackReport extends Watch {
  readonly requests: number;
  /** How many of each status; 0 for those that were not answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Longest request in milliseconds, and what it was. */
  readonly slowest: { readonly ms: number; readonly what: string };
  /** Rounds of ingestion that came to their end, and the longest in milliseconds. */
  readonly rounds: number;
  readonly longestRoundMs: number;
  /** What must not happen: requests with status 500 or without an answer. */
  readonly faults: readonly string[];
}

/** A request that takes longer counts as not answered. */
const requestTimeoutMs = 120_000;
const maxFaults = 20;

/**
 * Sends hostile requests to a service while it ingests hostile documents, and watches whether it stays there for others.
 * @throws Error where it does not even take what is harmless.
 */
export async function attack(service: AttackedService, options: AttackOptions): Promise<AttackReport> {
  const files = choiceOf(randomOf(options.seed));
  const calm = [
    { name: 'calm.md', content: '# Pump\n\nThe pump weighs 4 kg. The badge reader is in the hall.' },
  ];
  await ingest(service, 'calm', calm, options, () => false);
  const endWatch = await watchService(service);
  // Who attacks is elsewhere, and does not take the processor of what is attacked.
  standBack('background');
  const end = performance.now() + options.until.seconds * 1_000;
  const seen = {
    requests: 0,
    statuses: new Map<number, number>(),
    slowest: { ms: 0, what: '' },
    faults: [] as string[],
  };
  const rounds = { count: 0, longestMs: 0 };
  const isOver = () =>
    performance.now() > end || seen.requests >= options.until.requests || !service.isRunning();

  const client = async (index: number): Promise<void> => {
    const choice = choiceOf(randomOf(options.seed + 1_000 + index));
    while (!isOver()) {
      const request = hostileRequest(choice, choice.chance(0.8) ? 'calm' : 'hostile-0');
      const { status, ms } = await send(service, request, `198.51.100.${index}`);
      seen.requests += 1;
      seen.statuses.set(status, (seen.statuses.get(status) ?? 0) + 1);
      const what = `${request.method} ${request.path.slice(0, 200)} ${(request.body ?? '').slice(0, 300)}`;
      if (ms > seen.slowest.ms) seen.slowest = { ms: Math.round(ms), what };
      if ((status === 500 || status === 0) && seen.faults.length < maxFaults)
        seen.faults.push(`${status}: ${what}`);
    }
  };
  const ingestion = async (): Promise<void> => {
    for (let round = 0; !isOver(); round += 1) {
      const start = performance.now();
      const { count, largest } = options.files;
      const batch = hostileFiles(files, count, largest);
      options.onLine(`round ${round}: ${batch.map(({ name }) => name).join(' ')}`);
      await ingest(service, `hostile-${round % 3}`, batch, options, isOver);
      rounds.count += 1;
      rounds.longestMs = Math.max(rounds.longestMs, Math.round(performance.now() - start));
    }
  };
  await Promise.all([ingestion(), ...Array.from({ length: options.clients }, (_, index) => client(index))]);
  return {
    ...(await endWatch()),
    requests: seen.requests,
    statuses: Object.fromEntries([...seen.statuses].sort(([one], [other]) => one - other)),
    slowest: seen.slowest,
    faults: seen.faults,
    rounds: rounds.count,
    longestRoundMs: rounds.longestMs,
  };
}

async function send(
  { address }: AttackedService,
  { method, path, body, accept }: HostileRequest,
  from: string,
): Promise<{ readonly status: number; readonly ms: number }> {
  const start = performance.now();
  const headers = {
    accept,
    'x-forwarded-for': from,
    ...(body !== null && { 'content-type': 'application/json' }),
  };
  const signal = AbortSignal.timeout(requestTimeoutMs);
  const status = await fetch(`${address}${path}`, { method, headers, body, signal }).then(
    async (reply) => {
      await reply.arrayBuffer();
      return reply.status;
    },
    () => 0,
  );
  return { status, ms: performance.now() - start };
}

/** Puts files into a corpus, made anew, and waits for the end of the run, which it ends itself once it is over. */
async function ingest(
  service: AttackedService,
  corpus: string,
  files: readonly HostileFile[],
  { embedder }: Pick<AttackOptions, 'embedder'>,
  isOver: () => boolean,
): Promise<void> {
  const folder = join(service.sources, corpus);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { name, content } of files) await writeFile(join(folder, name), content);
  await call(service, 'DELETE', `/v1/corpora/${corpus}`).catch(() => {});
  await call(service, 'POST', '/v1/corpora', { name: corpus, path: folder, language: 'en', embedder });
  const { run } = await call<{ run: string }>(service, 'POST', '/v1/runs', { corpus });
  for (;;) {
    const { state } = await call<{ state: string }>(service, 'GET', `/v1/runs/${run}`);
    if (state !== 'planning' && state !== 'running') return;
    if (isOver()) await call(service, 'POST', `/v1/runs/${run}/cancel`);
    await wait(100);
  }
}

async function call<Body>(
  { address }: AttackedService,
  method: string,
  path: string,
  body?: object,
): Promise<Body> {
  const headers = { 'x-forwarded-for': '203.0.113.1', ...(body && { 'content-type': 'application/json' }) };
  const reply = await fetch(`${address}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
  return (text === '' ? null : JSON.parse(text)) as Body;
}
