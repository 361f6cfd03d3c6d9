import type { CorpusPlan } from '@winnow/engine';
import { describe, expect, test } from 'vitest';
import { planText } from './plan-text.ts';

const plan = {
  corpus: 'notes',
  remake: false,
  documents: { new: 12, changed: 1, unchanged: 30, deleted: 0, unreadable: 0, outdated: 4 },
  samples: {
    new: ['a.md', 'b.md', 'c.md', 'd.md'],
    changed: ['e.md'],
    deleted: [],
    unreadable: [],
    outdated: [],
  },
  covered: true,
  uncovered: [],
  deletions: { count: 0, withheld: 0, limit: 10 },
  chunks: { toEmbed: 1_234, reusable: 5 },
  tokens: 98_765,
  cost: { usd: 0.001_975, model: 'text-embedding-3-small', priceDate: '2026-10-01' },
  estimatedSeconds: 95,
  digest: 'd16e57',
} as unknown as CorpusPlan;

describe('planText', () => {
  test('says what would change, what it would cost by which list, and how long it would take', () => {
    const text = planText(plan);
    expect(text).toMatch(/new +│ +12 │ a\.md, b\.md, c\.md and 9 more/);
    expect(text).toMatch(/unchanged +│ +34 /);
    expect(text).toContain('1,234 chunks, 98,765 tokens; 5 chunks reusable');
    expect(text).toContain('$0.00198 (text-embedding-3-small, by the price of 2026-10-01)');
    expect(text).toContain('about 1 min 35 s');
    expect(text).toContain('4 documents would be made anew by a newer parser, chunker or analysis: --remake');
  });

  test('with --remake lists what is made anew among the changes', () => {
    const text = planText({
      ...plan,
      remake: true,
      samples: { ...plan.samples, outdated: ['f.md' as never] },
    });
    expect(text).toMatch(/made anew +│ +4 │ f\.md and 3 more/);
    expect(text).toMatch(/unchanged +│ +30 /);
    expect(text).not.toContain('--remake');
  });

  test('says which deletions are withheld and why, and what could not be looked into', () => {
    const uncovered = [{ prefix: 'closed/', sourceId: 'main', reason: 'permission denied' }] as never;
    const text = planText({ ...plan, uncovered, deletions: { count: 45, withheld: 45, limit: 10 } });
    expect(text).toContain(
      '45 documents that are no longer at the source are kept, as that is more than the limit of 10',
    );
    expect(text).toContain('winnow ingest notes --approve-deletions 45');
    expect(text).toContain('closed/ could not be looked into');
  });

  test('says that a price is not known, and that nothing has to be paid', () => {
    const unknown = { ...plan, cost: { usd: null, model: 'openai:mine', priceDate: null } };
    expect(planText(unknown)).toContain('no price of openai:mine is listed');
    const free = {
      ...plan,
      cost: { usd: 0, model: 'all-MiniLM-L6-v2', priceDate: null },
      estimatedSeconds: null,
    };
    expect(planText(free)).toContain('$0 (all-MiniLM-L6-v2)');
    expect(planText(free)).toContain('time:   not known');
  });
});
