import { numbersAsked, numbersHeld } from './numbers-in.ts';

/**
 * Whether every number of a claim stands in a source too, however it is written: `2,500` and `2500`, `3` and `three`
 * and `三`, `2.5 million` and `2,500,000`, `March 3, 2024` and `2024-03-03` are each one; `2.5` and `25` are two.
 */
export function holdsNumbers(source: string, claim: string): boolean {
  const asked = numbersAsked(claim);
  if (asked.length === 0) return true;
  const held = numbersHeld(source);
  return asked.every((forms) => forms.some((parts) => parts.every((part) => held.has(part))));
}
