import { describe, expect, it } from 'vitest';
import {
  conformanceMarkdown,
  conformanceTables,
  type ReportedTest,
  suiteTestPattern,
} from './conformance-matrix.ts';
import { withMatrix, writtenMatrix } from './matrix-page.ts';

const test = (suite: string, title: string, status = 'passed'): ReportedTest => ({
  ancestorTitles: [suite],
  title,
  status,
});

const run = [
  test('embedder openai', 'keeps order'),
  test('embedder openai', 'knows Chinese (skipped: a stand-in)', 'skipped'),
  test('embedder local', 'keeps order', 'failed'),
  test('embedder local', 'takes a|b'),
  test('embedder faults openai', 'makes of 500 unavailable'),
  test('createOpenAiEmbedder', 'asks as the API wants it'),
  // What never ran, as after a hook that failed, is not given.
  test('reranker jina', 'says what it took', 'pending'),
];

describe('conformanceTables', () => {
  it('has a table for each suite that ran, a column for each adapter, a line for each guarantee', () => {
    const tables = conformanceTables(run);
    expect(tables.map(({ suite, adapters }) => [suite, ...adapters])).toEqual([
      ['embedder', 'local', 'openai'],
      ['embedder faults', 'openai'],
      ['reranker', 'jina'],
    ]);
    expect(tables[0]?.guarantees.map(({ guarantee }) => guarantee)).toEqual([
      'keeps order',
      'knows Chinese',
      'takes a|b',
    ]);
  });

  it('tells given, broken, excused and never asked apart', () => {
    expect(conformanceMarkdown(conformanceTables(run))).toBe(
      `
### Embedders

| guarantee | local | openai |
|---|:---:|:---:|
| keeps order | ✗ | ✓ |
| knows Chinese |  | – 1 |
| takes a\\|b | ✓ |  |

1. a stand-in

### Embedders, when the provider fails

| guarantee | openai |
|---|:---:|
| makes of 500 unavailable | ✓ |

### Rerankers

| guarantee | jina |
|---|:---:|
| says what it took | ✗ |
`.trim(),
    );
  });

  it('has a pattern for its tests and no others', () => {
    const pattern = new RegExp(suiteTestPattern);
    const names = run.map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(' '));
    expect(names.filter((name) => !pattern.test(name))).toEqual([
      'createOpenAiEmbedder asks as the API wants it',
    ]);
  });
});

describe('withMatrix', () => {
  const page = (inside: string) =>
    `# Models\n\n<!-- conformance: written by pnpm conformance --write -->${inside}<!-- /conformance -->\n\nend\n`;

  it('puts tables between the markers of a page, again and again', () => {
    const once = withMatrix(page('\n'), 'first');
    expect(withMatrix(once, 'second')).toBe(page('\n\nsecond\n\n'));
    expect(writtenMatrix(once)).toBe('first');
  });

  it('refuses a page without them', () => {
    expect(() => withMatrix('# Models\n', 'table')).toThrow(/markers/);
  });
});
