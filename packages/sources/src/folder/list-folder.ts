import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { troubleOf } from '../file-trouble.ts';
import { nameEntries } from './name-entries.ts';
import { bytesOf, type RawPath, rawPathOf, rawPathOfText } from './raw-path.ts';

/** One name in a folder. */
export interface FolderEntry {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly spelled: RawPath;
  /** What ids call it, see {@link nameEntries}. */
  readonly name: string;
}

/**
 * What is in a folder, ordered by the bytes of what lies in it, so that a folder sorts as `name/`.
 * @param path absolute.
 */
export async function listFolder(path: RawPath): Promise<readonly FolderEntry[]> {
  const found = await readEntries(path);
  const names = nameEntries(found.map(({ spelled }) => spelled));
  return found
    .map((entry) => ({ ...entry, name: names.get(entry.spelled) ?? entry.spelled }))
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** Where an entry stands among its neighbours. */
export function orderOf({ kind, spelled }: Omit<FolderEntry, 'name'>): string {
  return kind === 'folder' ? `${spelled}/` : spelled;
}

async function readEntries(path: RawPath): Promise<Omit<FolderEntry, 'name'>[]> {
  const plain = await readTexts(path);
  if (plain !== null) {
    return plain.map((entry) => ({ kind: kindOf(entry), spelled: rawPathOfText(entry.name) }));
  }
  const entries = await readdir(bytesOf(path), { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => ({ kind: kindOf(entry), spelled: rawPathOf(entry.name) }));
}

/** Names as text cost a tenth of the memory. @returns null where one of them may not be the text it looks like. */
async function readTexts(path: RawPath): Promise<Dirent[] | null> {
  try {
    const entries = await readdir(bytesOf(path), { withFileTypes: true });
    return entries.some(({ name }) => name.includes('\ufffd')) ? null : entries;
  } catch (error) {
    // Also where the file system does not say what an entry is, and Node asks by a name that it misread.
    if (troubleOf(error) === 'gone') return null;
    throw error;
  }
}

function kindOf(entry: Dirent<string> | Dirent<Buffer>): FolderEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
