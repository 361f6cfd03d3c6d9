import type { CorpusId, GoldenQuery, GoldenSet, GoldenStore } from '@winnow/core';
import type { GoldenLine } from './archive-format.ts';

/** Queries written in one go. */
const pageSize = 500;

/** Writes the golden queries of an archive under the id that their set had. */
export interface GoldenWriter {
  /** @param set as the header has it; null where the corpus had none. */
  begin(set: GoldenSet | null): void;
  add(line: GoldenLine): Promise<void>;
  finish(): Promise<void>;
}

/** Safe to repeat: the same query again changes nothing. */
export function createGoldenWriter(golden: GoldenStore, corpusId: CorpusId): GoldenWriter {
  let setId: string | null = null;
  let page: GoldenQuery[] = [];
  async function flush(): Promise<void> {
    if (setId !== null && page.length > 0) await golden.add(corpusId, setId, page);
    page = [];
  }
  return {
    begin(set) {
      setId = set?.setId ?? null;
    },
    async add({ queryId, text, judgements }) {
      page.push({ queryId, text, judgements });
      if (page.length >= pageSize) await flush();
    },
    finish: flush,
  };
}
