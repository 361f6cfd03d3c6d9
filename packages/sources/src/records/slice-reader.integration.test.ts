import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSliceReader } from './slice-reader.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-slices-'));
  path = join(folder, 'file');
  await writeFile(path, 'one two three');
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();

it('opens the file once for slices that are read side by side and after each other', async () => {
  let opened = 0;
  const slice = createSliceReader(() => {
    opened += 1;
    return open(path);
  });
  expect((await Promise.all([slice(0, 3), slice(4, 3)])).map(textOf)).toEqual(['one', 'two']);
  expect(textOf(await slice(8, 100))).toBe('three');
  expect(opened).toBe(1);
});

it('closes the file when nobody has read for a while, and opens it again for who does', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const handles = [await open(path), await open(path)];
  const [first] = handles;
  const slice = createSliceReader(async () => handles.shift() ?? open(path));
  await slice(0, 3);
  expect(first?.fd).toBeGreaterThanOrEqual(0);
  vi.advanceTimersByTime(60_000);
  await vi.waitUntil(() => first?.fd === -1);
  expect(textOf(await slice(0, 3))).toBe('one');
  vi.advanceTimersByTime(60_000);
});

it('opens the file anew after a read that failed, and leaves the one before to those who read it', async () => {
  const broken = await open(path);
  const whole = [broken];
  const slice = createSliceReader(async () => whole.shift() ?? open(path));
  expect(textOf(await slice(0, 3))).toBe('one');
  await broken.close();
  await expect(slice(0, 3)).rejects.toThrow();
  expect(textOf(await slice(0, 3))).toBe('one');
});
