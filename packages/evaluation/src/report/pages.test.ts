import type { CorpusId, DocumentId, QualityResult } from '@winnow/core';
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { agreementGate } from '../gates/agreement.ts';
import { comparisonOf } from '../verify/compare-queries.ts';
import type { FoundDocument } from '../verify/contestant.ts';
import type { Verification } from '../verify/verify.ts';
import { qualityPage } from './quality-page.ts';
import { verificationPage } from './verification-page.ts';

const hostile = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>&lt;';
const found = (id: string, text = `about ${id}`): FoundDocument => ({
  documentId: id as DocumentId,
  title: '',
  text,
});
const figures = (value: number) => ({ 'ndcg@10': value, 'recall@100': value });
const none = { count: 0, samples: [] };

/** A verification in which every text is this one. */
function verificationOf(text: string): Verification {
  const comparison = comparisonOf(text, [found('a', text), found(text)], [found('b'), found('a')]);
  return {
    report: {
      generation: 2,
      passed: false,
      gates: [
        agreementGate([comparison], 0.9, text),
        { name: text, passed: true, value: -0.01, floor: -0.02, detail: text },
      ],
      stateDigest: text,
      comparedWith: 1,
      at: '2026-01-02T03:04:05.000Z',
    },
    corpus: text,
    embedders: { live: text, next: text },
    coverage: {
      searchable: 2,
      liveSearchable: 3,
      chunks: 2,
      broken: none,
      pending: 0,
      lookedUp: 2,
      partial: none,
      failed: none,
      gone: { count: 0, samples: [] },
      missing: { count: 1, samples: [{ documentId: text as DocumentId, detail: text }] },
      misread: none,
    },
    vectors: { read: 2, broken: 0, recalls: [1, 0.9] },
    comparisons: [comparison],
    differences: [
      {
        mode: 'dense',
        metric: 'ndcg@10',
        live: 1,
        next: 0.5,
        difference: { mean: -0.5, low: -0.6, high: -0.4 },
      },
    ],
    golden: [{ ...comparison, queryId: text, figures: { live: figures(1), next: figures(0.5) } }],
  };
}

const resultOf = (at: string, mean: number, goldenDigest = 'digest'): QualityResult => ({
  corpusId: 'corpus' as CorpusId,
  generation: 1,
  goldenDigest,
  queries: 9,
  figures: [{ metric: 'ndcg@10', mode: 'hybrid', mean, low: mean - 0.05, high: mean + 0.05 }],
  runId: null,
  at,
});

/** What a page must not hold: anything that runs, or that is fetched. */
function dangersIn(html: string): readonly string[] {
  const { document } = parseHTML(html);
  const elements = [...document.querySelectorAll('*')];
  const forbidden = /^(script|iframe|object|embed|link|img|form|base|audio|video)$/i;
  return [
    ...elements.map(({ localName }) => localName).filter((name) => forbidden.test(name)),
    ...elements
      .flatMap((element) => [...element.attributes].map(({ name }) => name))
      .filter((name) => /^on|^(src|href|xlink:href|action|formaction|srcdoc)$/i.test(name)),
    ...(html.match(/@import|url\(/g) ?? []),
  ];
}

describe('verificationPage', () => {
  it('shows gates, plots, lost documents and both lists of results, with nothing that runs or is fetched', async () => {
    const html = await verificationPage(verificationOf('a plain query'));
    const { document } = parseHTML(html);
    expect(dangersIn(html)).toEqual([]);
    expect(document.querySelectorAll('figure svg')).toHaveLength(4);
    expect(document.querySelectorAll('details')).toHaveLength(2);
    expect(
      [...document.querySelectorAll('details .sides > div')].map(
        (side) => side.querySelectorAll('li').length,
      ),
    ).toEqual([2, 2, 2, 2]);
    // What only one generation finds stands out.
    expect(document.querySelectorAll('details:first-of-type li.only').length).toBeGreaterThan(0);
    const text = document.body.textContent ?? '';
    for (const part of [
      'Not passed',
      'a plain query',
      '1 of the live generation, missing here',
      'nDCG@10 1.000 → 0.500',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('−0.5000');
  });

  it('takes whatever stands in a corpus for text', async () => {
    const texts = fc.oneof(fc.constant(hostile), fc.string({ unit: 'binary', minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const html = await verificationPage(verificationOf(text));
        expect(dangersIn(html)).toEqual([]);
        expect(parseHTML(html).document.querySelectorAll('details')).toHaveLength(2);
      }),
      { numRuns: 20 },
    );
    const { document } = parseHTML(await verificationPage(verificationOf(hostile)));
    expect(document.querySelector('summary')?.textContent).toContain(hostile);
  });

  it('leaves out what was not looked at', async () => {
    const html = await verificationPage({
      ...verificationOf('x'),
      comparisons: [],
      golden: [],
      differences: [],
    });
    const { document } = parseHTML(html);
    expect(document.querySelectorAll('svg')).toHaveLength(0);
    expect([...document.querySelectorAll('h2')].map((heading) => heading.textContent)).toEqual([
      'Gates',
      'Documents',
    ]);
  });
});

describe('qualityPage', () => {
  it('has a plot for each mode and metric of each set, and warns of what fell', async () => {
    const results = [
      resultOf('2026-01-03T00:00:00.000Z', 0.4),
      resultOf('2026-01-02T00:00:00.000Z', 0.9, 'another'),
      resultOf('2026-01-01T00:00:00.000Z', 0.5),
    ];
    const html = await qualityPage(hostile, results);
    const { document } = parseHTML(html);
    expect(dangersIn(html)).toEqual([]);
    expect(document.querySelectorAll('svg')).toHaveLength(2);
    expect(document.querySelectorAll('svg circle')).toHaveLength(3);
    expect(document.querySelector('p.failed')?.textContent).toContain(
      'hybrid ndcg@10 fell to 0.4000, below 0.4500–0.5500',
    );
  });
});
