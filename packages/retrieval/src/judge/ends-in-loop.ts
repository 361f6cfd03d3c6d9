/** What is looked at; a unit must fit three times. */
const tailLength = 480;
const repeats = 3;

/**
 * Whether a text ends by saying one thing over and over, as small models do that find no end: its last 480
 * characters are at least three times the same unit. Lists whose items differ in as little as a number do not
 * count.
 */
export function endsInLoop(text: string): boolean {
  const tail = text.slice(-tailLength);
  if (tail.length < tailLength) return false;
  for (let period = 1; period * repeats <= tailLength; period++) {
    if (tail.startsWith(tail.slice(period))) return true;
  }
  return false;
}
