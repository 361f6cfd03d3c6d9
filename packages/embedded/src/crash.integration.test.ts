import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { liveRef, type Store, silentLogger } from '@winnow/core';
import { corpusOf, documentIdOf } from '@winnow/testkit';
import { expect, test } from 'vitest';
import { openEmbeddedStore } from './embedded-store.ts';

const rounds = 6;
const corpus = corpusOf('killed', 2);
const ref = liveRef(corpus);

test('a writer killed at any moment loses nothing it has confirmed and leaves no half of a revision', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'winnow-crash-'));
  const path = join(folder, 'index.sqlite');
  const first = await openEmbeddedStore({ path, log: silentLogger });
  await first.corpora.create(corpus);
  await first.close();

  for (let round = 1; round <= rounds; round++) {
    const confirmed = await killedAfter(path, 5 + 7 * round);
    const store = await openEmbeddedStore({ path, log: silentLogger });
    await checkWhole(store, confirmed);
    await store.close();
  }
  await rm(folder, { recursive: true });
});

type Confirmed = ReadonlyMap<string, { accepted: number; committed: number }>;

/** Runs the writer, kills it once it has confirmed so many steps, and gives what it had confirmed. */
async function killedAfter(path: string, steps: number): Promise<Confirmed> {
  const writer = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures/commit-forever.ts'), path, ref.physicalName],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const closed = once(writer, 'close');
  const confirmed = new Map<string, { accepted: number; committed: number }>();
  let seen = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [step, documentId = '', revision] = line.split(' ');
    const last = confirmed.get(documentId) ?? { accepted: 0, committed: 0 };
    confirmed.set(documentId, {
      ...last,
      [step === 'accepted' ? 'accepted' : 'committed']: Number(revision),
    });
    if (++seen === steps) writer.kill('SIGKILL');
  }
  await closed;
  expect(seen).toBeGreaterThanOrEqual(steps);
  return confirmed;
}

async function checkWhole(store: Store, confirmed: Confirmed): Promise<void> {
  let chunks = 0;
  for (const [id, { accepted, committed }] of confirmed) {
    const documentId = documentIdOf(id);
    const entry = (await store.manifest.get(ref, [documentId])).get(documentId);
    expect(entry?.revision).toBeGreaterThanOrEqual(accepted);
    expect(entry?.liveRevision ?? 0).toBeGreaterThanOrEqual(committed);
    const live = entry?.liveRevision ?? null;
    const own = await store.chunks.ofDocument(ref, documentId);
    expect(own.map((chunk) => [chunk.title, chunk.position])).toEqual(
      Array.from({ length: live === null ? 0 : 1 + (live % 4) }, (_, position) => [`${live}`, position]),
    );
    expect(entry?.chunkCount).toBe(own.length);
    chunks += own.length;
  }
  const result = await store.chunks.recall(ref, {
    terms: ['revision'],
    vector: Float32Array.of(1, 0),
    k: 100,
    filter: { op: 'exists', field: 'revision' },
    signal: new AbortController().signal,
  });
  expect([result.bm25.length, result.dense.length]).toEqual([chunks, chunks]);
  expect((await store.manifest.tally(ref)).chunks).toBe(chunks);
}
