import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { otherVersionExit } from '../../packages/engine/src/prepare/prepare-task.ts';
import { temporaryFolder } from '../harness/documents.ts';
import { loadedModules } from '../harness/loaded-modules.ts';

/** Clients of servers and providers, and what reads documents: each is used by few commands. */
const heavy = [
  '@elastic/elasticsearch',
  'bullmq',
  'ioredis',
  'openai',
  'cohere-ai',
  'fastify',
  'onnxruntime-node',
  '@huggingface/hub',
  'unified',
  'yaml',
  'postal-mime',
  '@kenjiuno/msgreader',
  'acorn',
  'linkedom',
  'htmlparser2',
];

const prepareChild = 'packages/engine/src/prepare/prepare-child.ts';

describe('a command loads what it uses', () => {
  test('--help nothing but the command line itself', async () => {
    const { code, modules } = await loadedModules(['--help'], {});
    expect(code).toBe(0);
    expect(modules.filter((url) => /packages\/(?!core|runtime)/.test(url))).toEqual([]);
    expect(heavyIn(modules)).toEqual([]);
  });

  test('on the embedded index no client of a server or provider', async () => {
    const environment = { WINNOW_DATA_DIR: join(await temporaryFolder(), 'data') };
    const { code, modules } = await loadedModules(['schedule', 'list'], environment);
    expect(code).toBe(0);
    expect(heavyIn(modules)).toEqual([]);
  });

  test.each([[['list']], [['show', 'absent']]])('corpus %j the store alone', async (words) => {
    const environment = { WINNOW_DATA_DIR: join(await temporaryFolder(), 'data') };
    const { modules } = await loadedModules(['corpus', ...words], environment);
    expect(modules.some((url) => url.includes('/packages/embedded/'))).toBe(true);
    expect(
      modules.filter((url) =>
        /packages\/(?:retrieval|models|sources|evaluation|scheduling|jobs)\//.test(url),
      ),
    ).toEqual([]);
    expect(heavyIn(modules)).toEqual([]);
  });

  test('to parse no reader of any format, before there is a document of it', async () => {
    const ofNoVersion = ['1000', '0'];
    const { code, modules } = await loadedModules(ofNoVersion, {}, prepareChild);
    expect(code).toBe(otherVersionExit);
    expect(heavyIn(modules)).toEqual([]);
  });

  test('to ask a service, which has everything loaded, no more than questions are made of', async () => {
    const { code, modules } = await loadedModules(['search', '--help'], {});
    expect(code).toBe(0);
    expect(modules.filter((url) => /packages\/(?:ingestion|models|sources|parsing|text)/.test(url))).toEqual(
      [],
    );
    expect(heavyIn(modules)).toEqual([]);
  });
});

function heavyIn(modules: readonly string[]): readonly string[] {
  return heavy.filter((name) => modules.some((url) => url.includes(`/node_modules/${name}/`)));
}
