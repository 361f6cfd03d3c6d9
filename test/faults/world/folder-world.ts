import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Page, pageChunks, pageText, wordOf } from './page.ts';

/** A page in the world. */
export interface WorldPage {
  readonly documentId: string;
  /** As it is, or was last. */
  readonly page: Page;
  readonly isPresent: boolean;
  /** The first version since it was made, or made anew. */
  readonly bornVersion: number;
  /** It was written in place at some time: who looked meanwhile may have seen half of it. */
  readonly wasTorn: boolean;
}

export interface Edits {
  readonly created?: number;
  readonly changed?: number;
  readonly removed?: number;
}

/**
 * A folder of pages that tests edit, and what is in it. Files change as careful programs change them: whole, by
 * renaming. One edit at a time.
 */
export interface FolderWorld {
  /** What a corpus names as its source. */
  readonly source: string;
  /** Folders within it, in which the pages are. */
  readonly folders: readonly string[];
  readonly pages: ReadonlyMap<string, WorldPage>;
  /** The documents that were touched last, newest at the end. */
  readonly recent: readonly string[];
  /** @returns the ids of the documents that were touched. */
  edit(edits: Edits): Promise<readonly string[]>;
  /** Changes a page by writing over its file: half of it, then, when `meanwhile` is over, all of it. */
  rewriteInPlace(meanwhile: () => Promise<void>): Promise<string | null>;
  /** Takes the folder away; edits go on where it is now. */
  unmount(): Promise<void>;
  mount(): Promise<void>;
  /** Pages in this folder are left alone until it is let go. */
  avoid(folder: string): () => void;
  /** The versions of the documents that are there now: of each what has been written, not what is being written. */
  versions(): ReadonlyMap<string, number>;
  /** The texts of the chunks that an index of the world as it is must hold, by document. */
  expected(): ReadonlyMap<string, readonly string[]>;
}

const folderCount = 4;
const maxParts = 4;
const keptRecent = 100;

/**
 * @param folder where it may make folders.
 * @param random in [0, 1); decides what is edited.
 */
export async function createFolderWorld(folder: string, random: () => number): Promise<FolderWorld> {
  const source = join(folder, 'source');
  const folders = Array.from({ length: folderCount }, (_, at) => `f${at}`);
  const away = join(folder, 'source-is-away');
  const drafts = join(folder, 'drafts');
  let root = source;
  let made = 0;
  let editing: Promise<unknown> = Promise.resolve();
  const pages = new Map<string, WorldPage>();
  const written = new Map<string, number>();
  const recent: string[] = [];
  const avoided = new Set<string>();
  await mkdir(drafts);
  for (const name of folders) await mkdir(join(source, name), { recursive: true });

  /** One after the other. */
  function exclusively<Value>(work: () => Promise<Value>): Promise<Value> {
    const mine = editing.then(work);
    editing = mine.catch(() => {});
    return mine;
  }

  function pick(holds: (page: WorldPage) => boolean): WorldPage | null {
    const candidates = [...pages.values()].filter(
      (page) => holds(page) && !avoided.has(page.documentId.split('/')[0] ?? ''),
    );
    return candidates[Math.floor(random() * candidates.length)] ?? null;
  }

  async function write(documentId: string, page: Page): Promise<void> {
    const draft = join(drafts, `${page.word}.md`);
    await writeFile(draft, pageText(page));
    await rename(draft, join(root, documentId));
    written.set(documentId, page.version);
  }

  async function create(): Promise<string | null> {
    const revived = random() < 0.3 ? pick(({ isPresent }) => !isPresent) : null;
    const usable = folders.filter((name) => !avoided.has(name));
    const chosen = usable[Math.floor(random() * usable.length)];
    if (chosen === undefined) return null;
    const word = revived?.page.word ?? wordOf(made);
    if (revived === null) made += 1;
    const documentId = revived?.documentId ?? `${chosen}/${word}.md`;
    const version = (revived?.page.version ?? 0) + 1;
    const page = { word, version, parts: 1 + Math.floor(random() * maxParts) };
    // Known before it is there: nobody can have seen it sooner.
    pages.set(documentId, { documentId, page, isPresent: true, bornVersion: version, wasTorn: false });
    await write(documentId, page);
    return documentId;
  }

  function changed(page: Page): Page {
    return { ...page, version: page.version + 1, parts: 1 + Math.floor(random() * maxParts) };
  }

  async function change(): Promise<string | null> {
    const known = pick(({ isPresent }) => isPresent);
    if (known === null) return null;
    const page = changed(known.page);
    pages.set(known.documentId, { ...known, page });
    await write(known.documentId, page);
    return known.documentId;
  }

  async function remove(): Promise<string | null> {
    const known = pick(({ isPresent }) => isPresent);
    if (known === null) return null;
    pages.set(known.documentId, { ...known, isPresent: false });
    written.delete(known.documentId);
    await rm(join(root, known.documentId));
    return known.documentId;
  }

  return {
    source,
    folders,
    pages,
    recent,
    edit: ({ created = 0, changed: changes = 0, removed = 0 }) =>
      exclusively(async () => {
        const touched: string[] = [];
        const times = async (count: number, one: () => Promise<string | null>) => {
          for (let at = 0; at < count; at += 1) touched.push(...[(await one()) ?? []].flat());
        };
        await times(created, create);
        await times(changes, change);
        await times(removed, remove);
        recent.push(...touched);
        recent.splice(0, recent.length - keptRecent);
        return touched;
      }),
    rewriteInPlace: (meanwhile) =>
      exclusively(async () => {
        const known = pick(({ isPresent }) => isPresent);
        if (known === null) return null;
        const page = changed(known.page);
        pages.set(known.documentId, { ...known, page, wasTorn: true });
        const text = pageText(page);
        const path = join(root, known.documentId);
        await writeFile(path, text.slice(0, text.length / 2));
        await meanwhile();
        await writeFile(path, text);
        written.set(known.documentId, page.version);
        return known.documentId;
      }),
    unmount: () =>
      exclusively(async () => {
        await rename(source, away);
        root = away;
      }),
    mount: () =>
      exclusively(async () => {
        await rename(away, source);
        root = source;
      }),
    avoid(name) {
      avoided.add(name);
      return () => avoided.delete(name);
    },
    versions: () => new Map(written),
    expected: () =>
      new Map(
        [...pages.values()].flatMap(({ documentId, isPresent, page }) =>
          isPresent ? [[documentId, pageChunks(page)] as const] : [],
        ),
      ),
  };
}
