/** A number as SQLite writes it, seven bits a byte, highest first. @returns it, and where the next one begins. */
export function varintAt(bytes: Uint8Array, at: number): { readonly value: number; readonly next: number } {
  let next = at;
  let byte = bytes[next++] ?? 0;
  let value = byte & 0x7f;
  while (byte > 0x7f) {
    byte = bytes[next++] ?? 0;
    value = value * 128 + (byte & 0x7f);
  }
  return { value, next };
}

/** All numbers of a record, one after the other. */
export function varintsOf(bytes: Uint8Array, from = 0): readonly number[] {
  const values: number[] = [];
  for (let at = from; at < bytes.length; ) {
    const { value, next } = varintAt(bytes, at);
    values.push(value);
    at = next;
  }
  return values;
}
