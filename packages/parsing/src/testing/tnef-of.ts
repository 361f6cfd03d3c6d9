/** A `winmail.dat` as Outlook packs it: texts in the code page 1252, long names of files in UTF-16. */
export function tnefOf(
  text: string,
  files: readonly { readonly name: string; readonly content: string }[],
): Uint8Array {
  const attached = files.flatMap(({ name, content }) => [
    attribute(2, 0x0006_9002, Buffer.alloc(14)),
    attribute(2, 0x0001_8010, Buffer.from('SHORT~1.TXT\0')),
    attribute(2, 0x0006_800f, Buffer.from(content)),
    attribute(2, 0x0006_9005, propertiesOf(name)),
  ]);
  const version = attribute(1, 0x0008_9006, numbers(0x10000));
  const codePage = attribute(1, 0x0006_9007, numbers(1252, 0));
  const body = attribute(1, 0x0002_800c, Buffer.from(`${text}\0`, 'latin1'));
  return Buffer.concat([Buffer.from('789f3e220100', 'hex'), version, codePage, body, ...attached]);
}

/** A number, a named one, and the long name. */
function propertiesOf(longName: string): Buffer {
  const text = Buffer.from(`${longName}\0`, 'utf16le');
  const filled = Buffer.alloc(Math.ceil(text.length / 4) * 4);
  text.copy(filled);
  const named = [numbers(0x8001_0003), Buffer.alloc(16), numbers(0, 7), numbers(42)];
  return Buffer.concat([numbers(3, 0x3705_0003, 1), ...named, numbers(0x3707_001f, 1, text.length), filled]);
}

function attribute(level: number, id: number, data: Buffer): Buffer {
  const sum = data.reduce((all, byte) => all + byte, 0) & 0xffff;
  return Buffer.concat([
    Buffer.from([level]),
    numbers(id, data.length),
    data,
    Buffer.from([sum & 0xff, sum >> 8]),
  ]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}
