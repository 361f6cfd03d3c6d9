/** A vector as base64 of little-endian float32. A null has no place there: it becomes what is not a number. */
export function base64Vector(values: readonly (number | null)[]): string {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value ?? Number.NaN, index * 4);
  return bytes.toString('base64');
}
