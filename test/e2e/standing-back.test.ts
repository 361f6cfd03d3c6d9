import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { noServers } from '../harness/api.ts';
import { handbook, temporaryFolder, writeFiles } from '../harness/documents.ts';
import { start } from '../harness/processes.ts';
import { until } from '../harness/until.ts';

/** How far each thread of a process stands back; the first is the one that answers. */
async function nicenessOf(pid: number): Promise<{ readonly first: number; readonly others: Set<number> }> {
  const niceness = async (thread: string | number) => {
    const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    // Behind the name, which may hold anything; `proc(5)` counts it as field 19, and the state as 3.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
  };
  const threads = (await readdir(`/proc/${pid}/task`)).filter((thread) => Number(thread) !== pid);
  return { first: await niceness(pid), others: new Set(await Promise.all(threads.map(niceness))) };
}

test.runIf(process.platform === 'linux')(
  'models, searches and parsers of a service give way to the thread that answers',
  async () => {
    const data = await temporaryFolder();
    await writeFiles(`${data}/handbook`, handbook);
    const environment = { ...noServers, WINNOW_DATA_DIR: `${data}/data`, WINNOW_SOURCE_ROOTS: data };
    const service = start('services/cli/src/main.ts', ['serve', '--port', '0'], environment);
    const [printed] = await once(service.stdout ?? service, 'data');
    const call = async (method: string, path: string, body?: object) => {
      const init =
        body === undefined
          ? { method }
          : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
      const reply = await fetch(`${String(printed).trim()}${path}`, init);
      expect(reply.ok).toBe(true);
      return (await reply.json()) as Record<string, unknown>;
    };
    await call('POST', '/v1/corpora', { name: 'handbook', path: `${data}/handbook` });
    const { run } = await call('POST', '/v1/runs', { corpus: 'handbook' });
    await until(
      'the run ends',
      () => call('GET', `/v1/runs/${run}`),
      ({ state }) => state === 'completed',
    );
    await call('POST', '/v1/search', { corpus: 'handbook', query: 'How long does a restore take?' });

    const pid = service.pid ?? 0;
    const { first, others } = await nicenessOf(pid);
    expect(others).toEqual(new Set([first, first + 5]));
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
    expect(children.length).toBeGreaterThan(0);
    for (const child of children) expect((await nicenessOf(Number(child))).first).toBe(first + 10);
  },
);
