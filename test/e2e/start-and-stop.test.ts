import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { elasticsearchUrl, redisUrl } from '@winnow/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../harness/documents.ts';
import { type Finished, finished, start, winnow } from '../harness/processes.ts';

/** A server that says the same to everything, or nothing. */
async function serverThatSays(reply: string | null): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      if (reply !== null) socket.write(reply);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const redisTroubles: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
  ['nobody at its address', async () => '127.0.0.1:1', /Redis cannot be reached/],
  [
    'another kind of server',
    () => serverThatSays('HTTP/1.1 400 Bad Request\r\n\r\n'),
    /not Redis|cannot be reached/,
  ],
  ['a password', () => serverThatSays('-NOAUTH Authentication required.\r\n'), /user or password/],
  ['a server that says nothing', () => serverThatSays(null), /Redis/],
];

/** One sentence, no stack trace, no log without end. */
function expectOneSentence({ code, stderr, stdout }: Finished, sentence: RegExp): void {
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(sentence);
  expect(stderr.split('\n').length).toBeLessThan(20);
  expect(code).toBe(3);
}

/** They wait for a server for some seconds, and do so side by side. */
const services = ['serve', 'query', 'worker'] as const;

describe(`winnow ${services.join(', ')}`, () => {
  test.each(redisTroubles)('end with exit code 3 where Redis is %s', async (_trouble, address, sentence) => {
    const environment = {
      REDIS_URL: `redis://${await address()}`,
      ELASTICSEARCH_URL: elasticsearchUrl(),
      WINNOW_PORT: '0',
    };
    const startedAt = performance.now();
    await expectAllEnd(environment, sentence);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  test('end with exit code 3 where Elasticsearch is not there', async () => {
    const environment = { REDIS_URL: redisUrl(), ELASTICSEARCH_URL: 'http://127.0.0.1:1', WINNOW_PORT: '0' };
    await expectAllEnd(environment, /no connection to Elasticsearch at http:\/\/127/);
  });
});

async function expectAllEnd(environment: Readonly<Record<string, string>>, sentence: RegExp): Promise<void> {
  const ended = await Promise.all(services.map((service) => winnow([service], environment)));
  for (const one of ended) expectOneSentence(one, sentence);
}

describe.each([
  ['query', 'services/query/src/main.ts'],
  ['worker', 'services/worker/src/main.ts'],
])('the program of the %s service', (service, script) => {
  test('has the same exit codes', async () => {
    const unset = await finished(start(script, [], {}));
    expect([unset.code, unset.stderr]).toEqual([2, expect.stringContaining(`winnow ${service}: `)]);
    const dead = { REDIS_URL: 'redis://127.0.0.1:1', ELASTICSEARCH_URL: 'http://127.0.0.1:1' };
    expectOneSentence(
      await finished(start(script, [], dead)),
      new RegExp(`^winnow ${service}: no connection`),
    );
  });
});

describe('a data folder that cannot be used', () => {
  test('that is a file: is not taken for an empty one', async () => {
    const folder = await temporaryFolder();
    const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
    await writeFile(environment.WINNOW_DATA_DIR, 'not a folder');
    for (const words of [['corpus', 'list'], ['status'], ['costs'], ['search', 'x', 'y']]) {
      const ended = await winnow(words, environment);
      expect([ended.code, ended.stdout]).toEqual([3, '']);
      expect(ended.stderr).toContain(environment.WINNOW_DATA_DIR);
    }
    const writing = await winnow(['corpus', 'create', 'x', '--source', folder], environment);
    expect([writing.code, writing.stderr]).toEqual([3, expect.stringContaining(environment.WINNOW_DATA_DIR)]);
  });

  test('that may not be looked into: says so', async () => {
    const folder = await temporaryFolder();
    const environment = { WINNOW_DATA_DIR: join(folder, 'data') };
    await mkdir(environment.WINNOW_DATA_DIR);
    await chmod(environment.WINNOW_DATA_DIR, 0o000);
    const ended = await winnow(['corpus', 'list'], environment, { canBeRefused: true });
    expect([ended.code, ended.stdout]).toEqual([3, '']);
    expect(ended.stderr).toContain(environment.WINNOW_DATA_DIR);
  });
});

test('a Node that is too old or between two that fit: winnow says which do', async () => {
  const posed =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })";
  const environment = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(posed)}` };
  const sentence = 'winnow: this is Node 20.20.2, and Winnow needs 22.16, or 24 and newer\n';
  expect(await winnow(['--version'], environment)).toEqual({ code: 2, stdout: '', stderr: sentence });
});

test('standard error that nobody reads any more is no trouble of a command', async () => {
  const environment = { WINNOW_DATA_DIR: join(await temporaryFolder(), 'data') };
  const command = start('services/cli/src/main.ts', ['corpus', 'list'], environment);
  // It says there that there is no corpus.
  command.stderr?.destroy();
  expect(await once(command, 'exit')).toEqual([0, null]);
});

describe('an address that cannot be listened on', () => {
  const apiKey = 'k'.repeat(32);

  test.each([
    [
      'a port that is taken',
      async () => ({ WINNOW_PORT: await takenPort() }),
      /port \d+ on 127\.0\.0\.1 is taken: .*--port/,
    ],
    [
      'a host elsewhere',
      async () => ({ WINNOW_PORT: '0', WINNOW_HOST: '203.0.113.7', WINNOW_API_KEY: apiKey }),
      /203\.0\.113\.7 is no address of this machine: .*--host/,
    ],
  ])('%s: serve says so', async (_what, settings, sentence) => {
    const environment = { ...(await settings()), WINNOW_DATA_DIR: await temporaryFolder() };
    expectRefused(await winnow(['serve'], environment), sentence);
  });

  test('a port of health checks that is taken: a worker says so', async () => {
    const servers = { REDIS_URL: redisUrl(), ELASTICSEARCH_URL: elasticsearchUrl() };
    const environment = { ...servers, WINNOW_HEALTH_PORT: await takenPort() };
    expectRefused(await winnow(['worker'], environment), /is taken: .*WINNOW_HEALTH_PORT/);
  });

  async function takenPort(): Promise<string> {
    return (await serverThatSays(null)).split(':')[1] ?? '';
  }

  function expectRefused({ code, stdout, stderr }: Finished, sentence: RegExp): void {
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(sentence);
    expect([code, stdout]).toEqual([2, '']);
  }
});

test('a service that the network could reach does not start without a key, and says why', async () => {
  const environment = { REDIS_URL: '', ELASTICSEARCH_URL: '', WINNOW_DATA_DIR: await temporaryFolder() };
  const words = ['serve', '--host', '0.0.0.0', '--port', '0'];
  const { code, stdout, stderr } = await winnow(words, environment);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('WINNOW_API_KEY');

  const apiKey = 'k'.repeat(32);
  const service = start('services/cli/src/main.ts', words, { ...environment, WINNOW_API_KEY: apiKey });
  const [printed] = await once(service.stdout ?? service, 'data');
  const { port } = new URL(String(printed).trim());
  const listed = async (headers: Record<string, string>) =>
    (await fetch(`http://127.0.0.1:${port}/v1/corpora`, { headers })).status;
  expect(await listed({})).toBe(401);
  expect(await listed({ authorization: `Bearer ${apiKey}` })).toBe(200);
});
