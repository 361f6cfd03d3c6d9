import { burn, type Entry } from '@kenjiuno/msgreader/lib/Burner.js';

const [document, root] = [2, 5];
/** Of texts in UTF-16, by the numbers that MAPI gives them. */
const tags = { subject: '0037', body: '1000', senderName: '0C1A', senderEmail: '0C1F' } as const;

/** A message as Outlook saves it, with these texts. */
export function msgOf(texts: Readonly<Partial<Record<keyof typeof tags, string>>>): Uint8Array {
  const streams = Object.entries(texts).map(([name, text]): Entry => {
    const bytes = Buffer.from(text, 'utf16le');
    const tag = tags[name as keyof typeof tags];
    return streamOf(`__substg1.0_${tag}001F`, bytes);
  });
  const files = [streamOf('__properties_version1.0', Buffer.alloc(32)), ...streams];
  return burn([
    { name: 'Root Entry', type: root, length: 0, children: files.map((_, at) => at + 1) },
    ...files,
  ]);
}

function streamOf(name: string, bytes: Uint8Array): Entry {
  return { name, type: document, length: bytes.length, binaryProvider: () => Uint8Array.from(bytes) };
}
