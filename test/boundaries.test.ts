import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const adapters = ['sources', 'parsing', 'models', 'jobs', 'elasticsearch', 'embedded'];
const abilities = ['ingestion', 'retrieval', 'evaluation', 'scheduling', 'archive'];

/** Who may import whom: services → engine → abilities and adapters → text → core. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [],
  'packages/text': ['core'],
  ...Object.fromEntries([...adapters, ...abilities].map((name) => [`packages/${name}`, ['core', 'text']])),
  'packages/runtime': ['core'],
  'packages/testkit': ['core', 'text'],
  'packages/engine': ['core', 'text', 'runtime', ...adapters, ...abilities],
  'services/worker': ['core', 'engine', 'runtime'],
  'services/query': ['core', 'engine', 'runtime'],
  'services/cli': ['core', 'engine', 'runtime', 'worker', 'query'],
};

/** A vendor's client lives behind one adapter. */
const soleImporters: Readonly<Record<string, string>> = {
  bullmq: 'packages/jobs/src/bullmq/',
  ioredis: 'packages/jobs/src/bullmq/',
  '@elastic/elasticsearch': 'packages/elasticsearch/',
  'node:sqlite': 'packages/embedded/',
  usearch: 'packages/embedded/',
  'onnxruntime-node': 'packages/models/',
  openai: 'packages/models/',
  'cohere-ai': 'packages/models/src/cohere/',
  'node-llama-cpp': 'packages/models/src/llama/',
  croner: 'packages/scheduling/',
  'request-filtering-agent': 'packages/scheduling/',
  '@aws-sdk/client-s3': 'packages/sources/src/s3/',
  pg: 'packages/sources/src/postgres/',
  'ipaddr.js': 'packages/sources/src/site/',
  'robots-parser': 'packages/sources/src/site/',
  fastify: 'services/query/',
  commander: 'services/cli/',
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** Tests and what only they use. */
const testSupport = /\.test\.ts$|\/test-[a-z-]+\.ts$|\/(?:fixtures|testing)\//;

const productFiles = globSync('{packages,services}/*/src/**/*.ts', { cwd: root })
  .map((file) => file.split(sep).join('/'))
  .filter((file) => !testSupport.test(file));

const imports: readonly Import[] = productFiles.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => ({
    file,
    specifier: match[1] ?? '',
  })),
);

describe('boundaries', () => {
  test('every package is placed in the direction of imports', () => {
    const places = new Set(productFiles.map(placeOf));
    expect([...places].filter((place) => !(place in allowed))).toEqual([]);
  });

  test('packages import only what lies below them', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      const target = /^@winnow\/([a-z]+)/.exec(specifier)?.[1];
      return target !== undefined && !(allowed[placeOf(file)] ?? []).includes(target);
    });
    expect(wrong).toEqual([]);
  });

  test('nobody reaches into another package past what it exports', () => {
    const deep = imports.filter(
      ({ file, specifier }) => reachesPastExports(specifier) || leavesItsPackage(file, specifier),
    );
    expect(deep).toEqual([]);
  });

  test('each vendor client has one importer', () => {
    const wrong = imports.filter(({ file, specifier }) => {
      const home = soleImporters[specifier];
      return home !== undefined && !file.startsWith(home) && !file.startsWith('packages/testkit/');
    });
    expect(wrong).toEqual([]);
  });

  test('only a main.ts reads the environment', () => {
    const readers = productFiles.filter(
      (file) => !file.endsWith('/main.ts') && readFileSync(join(root, file), 'utf8').includes('process.env'),
    );
    // It writes what a native library reads, whoever has loaded the package.
    expect(readers).toEqual(['packages/models/src/onnx/tell-nobody.ts']);
  });
});

function placeOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/** What a package gives away beside its index, to processes that must not load the rest, stands in its manifest. */
function reachesPastExports(specifier: string): boolean {
  const [, name, path] = /^@winnow\/([a-z]+)\/(.+)$/.exec(specifier) ?? [];
  if (name === undefined) return false;
  const { exports } = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
  return !(`./${path}` in exports);
}

function leavesItsPackage(file: string, specifier: string): boolean {
  if (!specifier.startsWith('.')) return false;
  const target = join(file, '..', specifier).split(sep).join('/');
  return !target.startsWith(`${placeOf(file)}/src/`) && !target.startsWith(`${placeOf(file)}/package.json`);
}
