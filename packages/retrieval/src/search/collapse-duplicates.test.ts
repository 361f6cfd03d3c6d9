import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateOf } from '../test-candidates.ts';
import { collapseDuplicates } from './collapse-duplicates.ts';

const text =
  '要回滚发布，请打开控制台，选择上一个版本并按下按钮。读者会在下次刷新后看到旧版本，新版本的内容不会丢失。';
const pause = async () => {};
const idsOf = (candidates: readonly { chunk: { chunkId: string } }[]) =>
  candidates.map(({ chunk }) => chunk.chunkId);

describe('collapseDuplicates', () => {
  it('keeps the best of what says the same, and names the others', async () => {
    const found = await collapseDuplicates(
      [
        candidateOf('first', 3, text),
        candidateOf('copy', 2.9, `${text} `),
        candidateOf('other', 2.8, 'Invoices are due after thirty days.'),
        candidateOf('near', 2.7, text.replace('丢失', '遗失')),
      ],
      10,
      pause,
    );
    expect(idsOf(found.candidates)).toEqual(['first', 'other']);
    expect(found.copies.get(found.candidates[0]?.chunk.chunkId as never)).toEqual([
      { chunkId: 'copy', documentId: 'document of copy' },
      { chunkId: 'near', documentId: 'document of near' },
    ]);
  });

  it('lets the next distinct passage have the place of a copy', async () => {
    const distinct = ['The pump delivers water.', 'Invoices are due in May.', 'Patents are examined.'];
    const candidates = distinct.flatMap((of, at) =>
      [0, 1, 2].map((copy) => candidateOf(`${at}-${copy}`, -at, of)),
    );
    const { candidates: kept } = await collapseDuplicates(candidates, 3, pause);
    expect(idsOf(kept.slice(0, 3))).toEqual(['0-0', '1-0', '2-0']);
  });

  it('takes texts of few letters for one, too', async () => {
    const found = await collapseDuplicates(
      ['Yes.', 'yes', 'No.', 'yes, no'].map((of, at) => candidateOf(String(at), -at, of)),
      10,
      pause,
    );
    expect(idsOf(found.candidates)).toEqual(['0', '2', '3']);
  });

  it('keeps what has other numbers', async () => {
    const parts = ['1, part 1 of 2', '1, part 2 of 2', '2, part 1 of 2', '12'].map((version) =>
      candidateOf(
        version,
        1,
        `The page stands at version ${version}. It is found with every other part of it.`,
      ),
    );
    expect((await collapseDuplicates(parts, 10, pause)).candidates).toEqual(parts);
  });

  it('changes no order, loses nothing and asks for nothing behind the wanted ones', async () => {
    const texts = fc.array(fc.constantFrom(text, 'one passage', 'another passage of text', '…'), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 5 }), async (some, wanted) => {
        const candidates = some.map((of, at) => candidateOf(String(at), -at, of));
        const { candidates: kept, copies } = await collapseDuplicates(candidates, wanted, pause);
        expect(kept).toEqual(candidates.filter((candidate) => kept.includes(candidate)));
        expect(kept.length).toBeLessThanOrEqual(wanted);
        const named = [...copies.values()].flat().map(({ chunkId }) => chunkId);
        const seen = kept.length + named.length;
        expect([...idsOf(kept), ...named].sort()).toEqual(idsOf(candidates.slice(0, seen)).sort());
        if (kept.length < wanted) expect(seen).toBe(candidates.length);
        const looked = kept.map(({ chunk }) => chunk.text);
        expect(new Set(looked.filter((of) => of !== '…')).size).toBe(
          looked.filter((of) => of !== '…').length,
        );
      }),
    );
  });
});
