/**
 * A worksheet as Excel 2 wrote it (BIFF2): a record of four bytes of head for each cell, no container around them.
 * Smallest of the formats that Winnow leaves to others.
 */
export function worksheet2(rows: readonly (readonly string[])[]): Buffer {
  const cells = rows.flatMap((row, at) =>
    row.map((text, column) => {
      const bytes = Buffer.from(text, 'latin1');
      const body = Buffer.from([...uint16(at), ...uint16(column), 0, 0, 0, bytes.length]);
      return record(0x0004, Buffer.concat([body, bytes]));
    }),
  );
  return Buffer.concat([
    record(0x0009, Buffer.from([...uint16(0), ...uint16(0x10)])),
    ...cells,
    record(0x000a, Buffer.alloc(0)),
  ]);
}

function record(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...uint16(type), ...uint16(body.length)]), body]);
}

function uint16(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}
