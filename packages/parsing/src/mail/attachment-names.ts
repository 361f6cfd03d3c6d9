import type { Attachment } from './read-mail.ts';

/** Longest name, in UTF-16 code units: three of them still fit into an id. */
const maxNameLength = 120;
const maxExtensionLength = 16;
/** What could be taken for a folder, or turns the order of the letters that follow around. */
const misleading = /[/\\\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** What ids call the attachments of one mail: no two the same, whatever their sender called them. */
export function attachmentNames(
  attachments: readonly Pick<Attachment, 'name' | 'mediaType'>[],
): readonly string[] {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return attachments.map(({ name, mediaType }, index) => {
    const [stem, extension] = parted(named(name, index), mediaType);
    let own = stem + extension;
    let count = next.get(own) ?? 2;
    for (; taken.has(own); count += 1) own = `${stem} (${count})${extension}`;
    next.set(stem + extension, count);
    taken.add(own);
    return own;
  });
}

function named(name: string | null, index: number): string {
  const clean = (name ?? '').toWellFormed().normalize('NFC').replace(misleading, '_').trim();
  return /^\.*$/.test(clean) ? `attachment-${index + 1}` : clean;
}

/** A mail that is attached mostly has a subject for a name. */
function parted(name: string, mediaType: string | null): readonly [stem: string, extension: string] {
  const isMail = mediaType?.toLowerCase() === 'message/rfc822' && !/\.eml$/i.test(name);
  const dot = name.lastIndexOf('.');
  const hasExtension = !isMail && dot > 0 && name.length - dot <= maxExtensionLength;
  const extension = isMail ? '.eml' : hasExtension ? name.slice(dot) : '';
  const stem = hasExtension ? name.slice(0, dot) : name;
  return [stem.slice(0, maxNameLength - extension.length).replace(/[\ud800-\udbff]$/, ''), extension];
}
