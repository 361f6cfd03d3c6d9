import { documentKeyOf, type IndexedVersion, type Store } from '@winnow/core';
import { documentIdOf } from '@winnow/testkit';
import type { TestCorpus } from '../planning/test-corpus.ts';
import type { IngestPorts } from '../ports.ts';
import { examine } from './examine.ts';
import type { DoctorReport, ExamineOptions } from './finding.ts';

const { signal } = new AbortController();

export const keyOf = (id: string) => documentKeyOf(documentIdOf(id));

/** What an index is made to say of some of its versions; null: nothing. */
type Damage = (version: IndexedVersion) => IndexedVersion | null;

/** Ports over a store whose index has lost, spoiled or kept too much, until a document is written anew. */
export function damagedPorts(
  { ports }: Pick<TestCorpus, 'ports'>,
  damage: Damage,
  extra: readonly IndexedVersion[] = [],
): IngestPorts {
  const { store } = ports;
  const census: Store['chunks']['census'] = async (ref, query, stop) => {
    const all = await store.chunks.census(ref, { limit: 100_000 }, stop);
    const shown = [...all.flatMap((version) => damage(version) ?? []), ...extra].sort((one, other) =>
      `${one.documentKey} ${one.version}` < `${other.documentKey} ${other.version}` ? -1 : 1,
    );
    const { after, limit } = query;
    const from =
      after === undefined
        ? 0
        : shown.findIndex(
            ({ documentKey, version }) =>
              `${documentKey} ${version}` > `${after.documentKey} ${after.version}`,
          );
    return from < 0 ? [] : shown.slice(from, from + limit);
  };
  return { ...ports, store: { ...store, chunks: { ...store.chunks, census } } };
}

/** Looks at a corpus through these ports. */
export const look = ({ corpus }: TestCorpus, ports: IngestPorts, options: ExamineOptions = {}) =>
  examine(ports, corpus, options, signal);

/** What was found: each kind with its document, in order. */
export function foundIn({ findings }: DoctorReport): readonly (readonly [string, string | null])[] {
  return findings.map(({ kind, documentId }) => [kind, documentId] as const).toSorted();
}
