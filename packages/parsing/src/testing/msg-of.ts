import { burn, type Entry } from '@kenjiuno/msgreader/lib/Burner.js';

const [directory, document, root] = [1, 2, 5];
/** Of texts in UTF-16, by the numbers that MAPI gives them. */
const tags = { subject: '0037', body: '1000', senderName: '0C1A', senderEmail: '0C1F' } as const;
/** Before the properties of a message, of one within another, and of an attachment: what counts their parts. */
const headerBytes = { message: 32, inner: 24, attachment: 8 };

type MsgTexts = Readonly<Partial<Record<keyof typeof tags, string>>>;

/** A part of a compound file: its content, or what is in it. */
interface Part {
  readonly name: string;
  readonly content: Uint8Array | readonly Part[];
}

/**
 * A message as Outlook saves it, with these texts.
 * @param inner a message that was put into it, under its name there.
 */
export function msgOf(
  texts: MsgTexts,
  inner?: { readonly name: string; readonly texts: MsgTexts },
): Uint8Array {
  const attached = inner === undefined ? [] : [attachedMessage(inner.name, inner.texts)];
  const entries: Entry[] = [{ name: 'Root Entry', type: root, length: 0 }];
  addParts(entries, 0, [propertiesOf('message'), ...streamsOf(texts), ...attached]);
  return burn(entries);
}

function attachedMessage(name: string, texts: MsgTexts): Part {
  const message = {
    name: '__substg1.0_3701000D',
    content: [propertiesOf('inner'), ...streamsOf(texts)],
  };
  const content = [propertiesOf('attachment'), textOf('3001', name), message];
  return { name: '__attach_version1.0_#00000000', content };
}

function streamsOf(texts: MsgTexts): readonly Part[] {
  return Object.entries(texts).map(([name, text]) => textOf(tags[name as keyof typeof tags], text));
}

function textOf(tag: string, text: string): Part {
  return { name: `__substg1.0_${tag}001F`, content: Buffer.from(text, 'utf16le') };
}

function propertiesOf(owner: keyof typeof headerBytes): Part {
  return { name: '__properties_version1.0', content: Buffer.alloc(headerBytes[owner]) };
}

function addParts(entries: Entry[], folder: number, parts: readonly Part[]): void {
  const children = parts.map(({ name, content }) => {
    const at = entries.length;
    if (content instanceof Uint8Array) {
      const { length } = content;
      entries.push({ name, type: document, length, binaryProvider: () => Uint8Array.from(content) });
    } else {
      entries.push({ name, type: directory, length: 0 });
      addParts(entries, at, content);
    }
    return at;
  });
  entries[folder] = { ...entries[folder], children } as Entry;
}
