import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignByKey } from './align-by-key.ts';

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
const listOf = (keys: readonly string[]) => ({ items: each(keys), keyOf: (key: string) => key });
const keys = fc.array(fc.string({ maxLength: 2 }), { maxLength: 12 }).map((list) => list.sort());

describe('alignByKey', () => {
  it('names every key once, in order, with what each list has under it', async () => {
    await fc.assert(
      fc.asyncProperty(keys, keys, keys, async (one, other, third) => {
        const rows = await Array.fromAsync(alignByKey([listOf(one), listOf(other), listOf(third)]));
        expect(rows.map(({ key }) => key)).toEqual([...new Set([...one, ...other, ...third])].sort());
        for (const [at, list] of [one, other, third].entries()) {
          expect(rows.flatMap((row) => row.lists[at] ?? [])).toEqual(list);
          expect(rows.every((row) => (row.lists[at] ?? []).every((item) => item === row.key))).toBe(true);
        }
      }),
    );
  });

  it('closes all lists when its reader leaves', async () => {
    const closed: string[] = [];
    async function* closing(name: string) {
      try {
        yield 'a';
        yield 'b';
      } finally {
        closed.push(name);
      }
    }
    const list = (name: string) => ({ items: closing(name), keyOf: (key: string) => key });
    for await (const _ of alignByKey([list('one'), list('other'), list('third')])) break;
    expect(closed).toEqual(['one', 'other', 'third']);
  });
});
