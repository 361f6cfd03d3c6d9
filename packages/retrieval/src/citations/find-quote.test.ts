import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findQuote } from './find-quote.ts';

const anyText = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 10 }),
      fc.constantFrom('事实。', '１', '😀', '\ud83d', '\n\n', '费用 2.5', '[1]'),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));

describe('findQuote', () => {
  const source = 'Invoices are paid within 30 days. Late payment costs 2 % interest. 专利申请应当缴纳费用。';

  it('finds the sentence that says what the claim says', () => {
    expect(findQuote('You pay interest of 2 % if the payment is late.', source)?.text).toBe(
      'Late payment costs 2 % interest.',
    );
    expect(findQuote('申请专利要缴纳费用', source)?.text).toBe('专利申请应当缴纳费用。');
  });

  it('takes a second sentence along where the claim draws on both', () => {
    const quote = findQuote(
      'Invoices are paid within 30 days, else late payment costs 2 % interest.',
      source,
    );
    expect(quote?.text).toBe('Invoices are paid within 30 days. Late payment costs 2 % interest.');
  });

  it('gives little support where the words differ', () => {
    expect(findQuote('The committee elects a chairman.', source)?.support).toBeLessThan(0.2);
  });

  it('quotes letter for letter, whatever the texts', () => {
    fc.assert(
      fc.property(anyText, anyText, (claim, text) => {
        const quote = findQuote(claim, text);
        if (quote === null) return;
        expect(text).toContain(quote.text);
        expect(quote.support).toBeGreaterThanOrEqual(0);
        expect(quote.support).toBeLessThanOrEqual(1);
      }),
    );
  });
});
