import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findSmallLlm } from './small-llm.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'winnow-llm-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const offline = () => Promise.reject(new Error('no network'));

it('says why there is no model, so that its tests can be left out', async () => {
  expect(await findSmallLlm({}, offline, root)).toEqual({ path: null, missing: 'no network' });
});

it('fails in CI where there is no model', async () => {
  await expect(findSmallLlm({ CI: 'true' }, offline, root)).rejects.toThrow('no network');
});
