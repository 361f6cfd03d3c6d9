import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../harness/documents.ts';
import { fullMode } from '../harness/full-mode.ts';
import { winnowJson } from '../harness/processes.ts';
import { until } from '../harness/until.ts';
import { type Environment, type Program, startProgram } from './scene/program.ts';

/** Lost jobs are taken up as soon as they may be. */
const quick = { WINNOW_RECONCILE_MS: '500', WINNOW_JOB_LOCK_MS: '2000' };

/** Fields of a document as the API shows it. */
interface Shown {
  readonly state?: string;
  readonly chunks?: readonly { readonly text: string }[];
}

/** A service on a data folder, which can be killed and started again. */
async function serving(environment: Environment) {
  let program: Program;
  let address = '';
  const start = async () => {
    program = startProgram('services/cli/src/main.ts', ['serve', '--port', '0'], environment);
    address = await program.greeting;
  };
  await start();
  onTestFinished(() => program.kill());
  const url = (path: string) => `${address}/v1/corpora/notes/documents${path}`;
  return {
    start,
    kill: () => program.kill(),
    put: (id: string, text: string) =>
      fetch(url(`/${id}`), { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: text }),
    remove: (id: string) => fetch(url(`/${id}`), { method: 'DELETE' }),
    bulk: (lines: readonly object[]) =>
      fetch(url(''), {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
      }),
    show: async (id: string) => (await (await fetch(url(`/${id}`))).json()) as Shown,
  };
}

const textOf = (id: string, version: number) => `Note ${id} in its version ${version} speaks of harbours.`;

describe.each([
  ['the embedded index', () => ({})],
  ['Elasticsearch', fullMode],
])('on %s', (_name, servers) => {
  test('what a push was answered for is there after a kill -9 that comes with the answer', async () => {
    const environment = {
      ...servers(),
      WINNOW_DATA_DIR: await temporaryFolder(),
      ...quick,
    };
    await winnowJson(['corpus', 'create', 'notes', '--source', 'push:', '--language', 'en'], environment);
    const service = await serving(environment);
    const wanted = new Map<string, number | null>();

    for (let round = 1; round <= 2; round += 1) {
      const answered = await Promise.all(
        [0, 1, 2].map(async (at) => ({
          id: `n${at}`,
          status: (await service.put(`n${at}`, textOf(`n${at}`, round))).status,
        })),
      );
      for (const { id, status } of answered) {
        expect([200, 202]).toContain(status);
        wanted.set(id, round);
      }
      if (round === 2) {
        expect((await service.remove('n2')).status).toBe(200);
        wanted.set('n2', null);
      }
      // Killed with the answer, and in the middle of the work a little later.
      if (round > 1) await delay(round * 20);
      await service.kill();
      await service.start();
    }
    const lines = Array.from({ length: 40 }, (_, at) => ({ _id: `b${at}`, text: textOf(`b${at}`, 1) }));
    const reader = (await service.bulk(lines)).body?.getReader();
    let told = '';
    for (let piece = await reader?.read(); piece?.value !== undefined; piece = await reader?.read()) {
      told += Buffer.from(piece.value).toString();
      if (told.includes('\n')) break;
    }
    await service.kill();
    const kept = told.split('\n').slice(0, -1);
    expect(kept.length).toBeGreaterThan(0);
    for (const line of kept) {
      const { documentId, outcome } = JSON.parse(line) as { documentId: string; outcome: string };
      expect(outcome).toBe('kept');
      wanted.set(documentId, 1);
    }
    await service.start();

    for (const [id, version] of wanted) {
      const shown = await until(
        `${id} is settled`,
        () => service.show(id),
        ({ state }) => state === 'live' || state === 'deleted' || state === 'failed',
      );
      expect([id, shown.state]).toEqual([id, version === null ? 'deleted' : 'live']);
      if (version !== null) expect(shown.chunks?.map(({ text }) => text)).toEqual([textOf(id, version)]);
    }
  });
});
