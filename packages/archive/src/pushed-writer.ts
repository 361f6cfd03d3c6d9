import type { ArchivedContent, ContentStore, Corpus } from '@winnow/core';
import type { PushedLine } from './archive-format.ts';
import { pushPlacesOf } from './restored-corpus.ts';

/** Documents written in one go. */
const pageSize = 500;

/** Writes what an archive has of pushed documents into the places of a corpus' sources. */
export interface PushedWriter {
  add(line: PushedLine): Promise<void>;
  finish(): Promise<void>;
}

/** Safe to repeat: what is known already stays as it is. */
export function createPushedWriter(contents: ContentStore, corpus: Corpus): PushedWriter {
  const places = pushPlacesOf(corpus);
  let place: string | undefined;
  let page: ArchivedContent[] = [];
  async function flush(): Promise<void> {
    if (place !== undefined && page.length > 0) await contents.restore(place, page);
    page = [];
  }
  return {
    async add({ sourceId, documentId, version, contentHash }) {
      if (page.length >= pageSize || places.get(sourceId) !== place) await flush();
      place = places.get(sourceId);
      // A source that was moved may be none any more that documents are pushed to.
      if (place !== undefined) page.push({ documentId, version, contentHash });
    },
    finish: flush,
  };
}
