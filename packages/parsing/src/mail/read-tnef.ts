import type { Attachment } from './read-mail.ts';

/** What Outlook has packed into a `winmail.dat`. */
export interface Tnef {
  /** Of the message; empty where there is none, as where it is in RTF. */
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly Attachment[];
}

type Decode = (bytes: Uint8Array) => string;

const signature = 0x223e9f78;
/** Attributes by their numbers, without their types. */
const ids = {
  body: 0x800c,
  messageProperties: 0x9003,
  beginsAttachment: 0x9002,
  title: 0x8010,
  data: 0x800f,
  attachmentProperties: 0x9005,
  codePage: 0x9007,
} as const;
/** Properties of MAPI. */
const properties = { body: 0x1000, html: 0x1013, longName: 0x3707, mimeType: 0x370e } as const;

interface OpenAttachment {
  name: string | null;
  mediaType: string | null;
  content: Uint8Array;
}

/**
 * Reads the format in which Outlook packs a message for others of its kind. What is cut off ends it; a message within it is
 * passed over.
 * @returns null where the bytes are something else.
 * @see https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxtnef/
 */
export function readTnef(bytes: Uint8Array): Tnef | null {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (all.length < 6 || all.readUInt32LE(0) !== signature) return null;
  const attachments: OpenAttachment[] = [];
  let decode = decodeOf('windows-1252');
  let text = '';
  let html = '';
  for (const { id, data } of attributesOf(all)) {
    const open = attachments.at(-1);
    switch (id) {
      case ids.codePage:
        decode = decodeOf(encodingOf(data));
        break;
      case ids.body:
        text = withoutEnd(decode(data));
        break;
      case ids.messageProperties: {
        const found = propertiesOf(data);
        text ||= textOf(found.get(properties.body), decode);
        html = textOf(found.get(properties.html), decode);
        break;
      }
      case ids.beginsAttachment:
        attachments.push({ name: null, mediaType: null, content: new Uint8Array() });
        break;
      case ids.title:
        if (open !== undefined) open.name ??= withoutEnd(decode(data)) || null;
        break;
      case ids.data:
        if (open !== undefined) open.content = Uint8Array.from(data);
        break;
      case ids.attachmentProperties: {
        if (open === undefined) break;
        const found = propertiesOf(data);
        open.name = textOf(found.get(properties.longName), decode) || open.name;
        open.mediaType = textOf(found.get(properties.mimeType), decode) || null;
      }
    }
  }
  return { text, html, attachments: attachments.filter(({ content }) => content.length > 0) };
}

function* attributesOf(all: Buffer): Generator<{ readonly id: number; readonly data: Buffer }> {
  // Behind the signature and a key: level, number, type, length, data, check sum.
  let at = 6;
  while (at + 9 <= all.length) {
    const id = all.readUInt16LE(at + 1);
    const length = all.readUInt32LE(at + 5);
    const end = at + 9 + length;
    if (end > all.length) return;
    yield { id, data: all.subarray(at + 9, end) };
    at = end + 2;
  }
}

/** Values of texts and bytes by their numbers; those of named properties are passed over, and so is what is cut off. */
function propertiesOf(data: Buffer): ReadonlyMap<number, Buffer | string> {
  const found = new Map<number, Buffer | string>();
  try {
    const reader = readerOf(data);
    for (let left = reader.number(); left > 0; left -= 1) {
      const type = reader.short();
      const id = reader.short();
      if (id >= 0x8000) reader.skipName();
      const count = isOfLength(type) || (type & 0x1000) !== 0 ? reader.number() : 1;
      for (let value = 0; value < count; value += 1) {
        const bytes = isOfLength(type) ? reader.bytes(reader.number()) : reader.bytes(sizeOf(type));
        if (value > 0 || id >= 0x8000) continue;
        found.set(id, (type & 0xfff) === 0x1f ? bytes.toString('utf16le') : bytes);
      }
    }
  } catch (error) {
    // A read behind the end.
    if (!(error instanceof RangeError)) throw error;
  }
  return found;
}

/** Whether each value has its length before it: texts, bytes, objects. */
function isOfLength(type: number): boolean {
  return [0x1e, 0x1f, 0x102, 0x0d].includes(type & 0xfff);
}

function sizeOf(type: number): number {
  const plain = type & 0xfff;
  if (plain === 0x48) return 16;
  return [0x05, 0x06, 0x07, 0x14, 0x40].includes(plain) ? 8 : 4;
}

/** Reads on from the beginning; values are filled up to four bytes. @throws RangeError behind the end. */
function readerOf(data: Buffer) {
  let at = 0;
  const step = (length: number): number => {
    const before = at;
    at += length;
    if (at > data.length) throw new RangeError('it is cut off');
    return before;
  };
  const number = () => data.readUInt32LE(step(4));
  const bytes = (length: number): Buffer => {
    const start = step(length);
    at += (4 - (length % 4)) % 4;
    return data.subarray(start, start + length);
  };
  return {
    number,
    bytes,
    short: () => data.readUInt16LE(step(2)),
    /** A set, then a number or a text. */
    skipName(): void {
      step(16);
      if (number() === 0) step(4);
      else bytes(number());
    },
  };
}

function textOf(value: Buffer | string | undefined, decode: Decode): string {
  if (value === undefined) return '';
  return withoutEnd(typeof value === 'string' ? value : decode(value));
}

function withoutEnd(text: string): string {
  return text.replace(/\0+$/, '');
}

/** Of the code page that the message says its texts are in. */
function encodingOf(data: Buffer): string {
  const page = data.length >= 4 ? data.readUInt32LE(0) : 0;
  const isWindows = page === 874 || (page >= 1_250 && page <= 1_258);
  return codePages[page] ?? (isWindows ? `windows-${page}` : 'windows-1252');
}

const codePages: Readonly<Record<number, string>> = {
  932: 'shift_jis',
  936: 'gb18030',
  949: 'euc-kr',
  950: 'big5',
  65001: 'utf-8',
};

function decodeOf(encoding: string): Decode {
  const decoder = new TextDecoder(encoding);
  return (bytes) => decoder.decode(bytes);
}
