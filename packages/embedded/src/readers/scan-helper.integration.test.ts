import { setTimeout as wait } from 'node:timers/promises';
import { unitVector } from '@winnow/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ScanHelper } from '../shared-rows.ts';
import { createVectorBlocks } from '../vector-blocks.ts';
import { canShareRows, createScanHelper } from './scan-helper.ts';

const dimensions = 8;
/** Enough for a search to be shared, and a last block that is not full. */
const rows = 64 * 4_096 + 1_000;
const queries = [1, 2, 3].map((seed) => ({ query: unitVector(-seed, dimensions), k: 20 }));

const vectors = Array.from({ length: 5_000 }, (_, at) => unitVector(at + 1, dimensions));
const vectorOf = (chunk: number) => vectors[(chunk * 7_919) % vectors.length] ?? new Float32Array(dimensions);

function blocksWith(helper: ScanHelper | null) {
  const blocks = createVectorBlocks(dimensions, helper);
  for (let chunk = 1; chunk <= rows; chunk += 1)
    blocks.add({ chunk, document: chunk % 5, vector: vectorOf(chunk) });
  return blocks;
}

/** Counts what the helper answered, and did not. */
function watched(helper: ScanHelper) {
  const counts = { answered: 0, failed: 0, absent: 0 };
  const watching: ScanHelper = {
    begin(sought, blocks) {
      const answer = helper.begin(sought, blocks);
      if (answer === null) counts.absent += 1;
      if (answer === null) return null;
      return () => {
        const best = answer();
        if (best === null) counts.failed += 1;
        else counts.answered += 1;
        return best;
      };
    },
  };
  return { helper: watching, counts };
}

async function untilThere(helper: ScanHelper): Promise<void> {
  while (helper.begin([], [])?.() === undefined) await wait(20);
}

describe.runIf(canShareRows())('a search in many vectors that is shared with another thread', () => {
  let alone: ReturnType<typeof blocksWith>;
  beforeAll(() => {
    alone = blocksWith(null);
  });
  const found = (blocks: typeof alone) =>
    blocks.nearest(queries, null).map((chunks) => chunks.toSorted((left, right) => left - right));

  test('finds what it finds alone, before the other thread is there and after', async () => {
    const { helper, counts } = watched(createScanHelper());
    const blocks = blocksWith(helper);
    expect(found(blocks)).toEqual(found(alone));
    expect(counts).toMatchObject({ answered: 0, absent: 1 });
    await untilThere(helper);
    const before = counts.answered;
    expect(found(blocks)).toEqual(found(alone));
    expect(counts.answered).toBe(before + 1);
  });

  test('sees what was added and removed a moment ago', async () => {
    const { helper, counts } = watched(createScanHelper());
    const blocks = blocksWith(helper);
    await untilThere(helper);
    const [first] = queries;
    if (first === undefined) return;
    blocks.add({ chunk: rows + 1, document: 1, vector: first.query });
    blocks.remove(3);
    expect(blocks.nearest([first], null)[0]).toContain(rows + 1);
    blocks.remove(rows + 1);
    expect(blocks.nearest([first], null)[0]).not.toContain(rows + 1);
    expect(counts.failed).toBe(0);
  });

  test('takes no answer for another, whoever left without it', async () => {
    const helper = createScanHelper();
    const blocks = blocksWith(helper);
    await untilThere(helper);
    helper.begin(queries.slice(0, 1), []);
    expect(found(blocks)).toEqual(found(alone));
  });

  test('goes on alone where the other thread dies', async () => {
    const entry = new URL('../fixtures/dying-scanner.ts', import.meta.url);
    const { helper, counts } = watched(createScanHelper(entry));
    const blocks = blocksWith(helper);
    await untilThere(helper);
    expect(found(blocks)).toEqual(found(alone));
    expect(counts.failed).toBe(1);
    const { absent } = counts;
    expect(found(blocks)).toEqual(found(alone));
    expect(counts).toMatchObject({ failed: 1, absent: absent + 1 });
  });
});
