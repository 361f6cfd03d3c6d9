const cents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const digits = new Intl.NumberFormat('en-US', {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 0,
  maximumFractionDigits: 20,
  maximumSignificantDigits: 3,
  roundingPriority: 'lessPrecision',
});

/** Dollars, in cents from a dollar on, below with the first three digits that count: `$0.000123`. */
export function formatUsd(usd: number): string {
  return usd >= 1 ? cents.format(usd) : digits.format(usd);
}
