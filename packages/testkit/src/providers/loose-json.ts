/** JSON as some servers write it: with the literals `NaN` and `Infinity`, which JSON does not have. */
export function looseJson(value: unknown): string {
  const mark = (_: string, one: unknown) =>
    typeof one === 'number' && !Number.isFinite(one) ? `\u0000${one}` : one;
  return JSON.stringify(value, mark).replaceAll(/"\\u0000(NaN|-?Infinity)"/g, '$1');
}
