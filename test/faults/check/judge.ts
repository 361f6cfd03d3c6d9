import type { FolderWorld, WorldPage } from '../world/folder-world.ts';
import { type Stamp, stampOf } from '../world/page.ts';
import type { History } from './history.ts';
import type { SeenDocument } from './view.ts';

/** What is known of the documents before something is read: what comes back is held against it. */
interface Before {
  readonly pages: ReadonlyMap<string, WorldPage>;
  readonly sightings: ReadonlyMap<string, Sighting>;
  /** The newest revision that was seen of each document's entry in the generation that readers see. */
  readonly revisions: ReadonlyMap<string, number>;
  /** Grows with every switch of generations; null while one is under way. */
  readonly era: number | null;
}

/** What is known of a document from what was seen of it. */
interface Sighting {
  /** The newest version that was seen; 0: none. */
  readonly version: number;
  /** No older version than this may be seen any more: it is dead. */
  readonly least: number;
}

/** Holds what is seen against what must hold at every moment, and remembers it for what is seen next. */
export interface Judge {
  before(): Before;
  /** Chunks of one document, or of nothing: all of them, as far as there are any. */
  document(name: string, documentId: string, texts: readonly string[], before: Before): void;
  /** What is shown of one document. */
  shown(name: string, documentId: string, seen: SeenDocument, before: Before): void;
  /** Some chunks of some documents. */
  mixture(name: string, texts: readonly string[], before: Before): void;
  /** An answer that there is no such document. */
  unknown(name: string, documentId: string, before: Before): void;
  /**
   * Readers are about to be switched to another generation. It holds the same documents, so that all that was seen of
   * those stands; but it counts revisions for itself, and knows nothing of what was deleted before it was made.
   * @returns to be told when it is over, and whether they were.
   */
  switching(): (isDone: boolean) => void;
}

const nothing: Sighting = { version: 0, least: 0 };

export function createJudge(world: FolderWorld, history: History): Judge {
  const sightings = new Map<string, Sighting>();
  let revisions = new Map<string, number>();
  let era = 0;
  let switches = 0;

  function document(name: string, documentId: string, texts: readonly string[], before: Before): void {
    const page = world.pages.get(documentId);
    if (page === undefined) return;
    if (texts.length > 0) judgePresence(name, page, texts, before);
    else judgeAbsence(name, page, before);
  }

  function judgePresence(name: string, page: WorldPage, texts: readonly string[], before: Before): void {
    const stamps = texts.flatMap((text) => stampOf(text) ?? []);
    const saw = describe(name, page.documentId, stamps);
    judgeVersions(saw, page, stamps, before);
    const [first] = stamps;
    if (first === undefined || page.wasTorn) return;
    const parts = stamps.map(({ part }) => part).sort((one, other) => one - other);
    const isWhole = texts.length === first.parts && parts.every((part, at) => part === at + 1);
    if (!isWhole) history.violate('I3', `${saw}: not each part once`);
    if (first.word !== page.page.word) history.violate('I3', `${saw}: they are of ${first.word}`);
  }

  function judgeAbsence(name: string, page: WorldPage, before: Before): void {
    const then = before.pages.get(page.documentId);
    const { version } = before.sightings.get(page.documentId) ?? nothing;
    const wasSeen = version > 0 && version >= page.bornVersion;
    const stayed = then?.isPresent === true && page.isPresent && then.bornVersion === page.bornVersion;
    if (!wasSeen || !stayed) return;
    history.violate('I3', `${name} finds nothing of ${page.documentId}, whose version ${version} was there`);
  }

  /** Chunks of one document, all of them or some. */
  function judgeVersions(saw: string, page: WorldPage, stamps: readonly Stamp[], before: Before): void {
    const versions = new Set(stamps.map(({ version }) => version));
    const [version] = versions;
    if (versions.size > 1) history.violate('I3', `${saw}: of more than one version`);
    if (version === undefined || versions.size > 1) return;
    const { least } = before.sightings.get(page.documentId) ?? nothing;
    if (version < least) history.violate('I4', `${saw}, where none below ${least} is alive`);
    if (version > page.page.version) history.violate('I4', `${saw}: there is no such version yet`);
    keep(page.documentId, { version });
  }

  /** Of the same generation as what is read now; 0 where nobody can tell. */
  function knownRevision(documentId: string, before: Before): number {
    return isOfNow(before) ? (before.revisions.get(documentId) ?? 0) : 0;
  }

  function isOfNow(before: Before): boolean {
    return switches === 0 && before.era === era;
  }

  function keep(documentId: string, { version = 0, least = 0 }: Partial<Sighting>): void {
    const known = sightings.get(documentId) ?? nothing;
    sightings.set(documentId, {
      version: Math.max(known.version, version),
      least: Math.max(known.least, least, version),
    });
  }

  return {
    before: () => ({
      pages: new Map(world.pages),
      sightings: new Map(sightings),
      revisions: new Map(revisions),
      era: switches === 0 ? era : null,
    }),
    document,
    shown(name, documentId, { state, revision, texts }, before) {
      const least = knownRevision(documentId, before);
      if (revision < least) {
        history.violate('I4', `${name} shows ${documentId} at revision ${revision} after ${least}`);
      }
      if (isOfNow(before)) revisions.set(documentId, Math.max(revision, revisions.get(documentId) ?? 0));
      const known = before.sightings.get(documentId) ?? nothing;
      const isGone = state === 'deleted' && texts.length === 0;
      // Whatever was seen before is dead.
      if (isGone) keep(documentId, { least: known.version + 1 });
      else document(name, documentId, texts, before);
    },
    mixture(name, texts, before) {
      const byWord = Map.groupBy(
        texts.flatMap((text) => stampOf(text) ?? []),
        ({ word }) => word,
      );
      for (const page of world.pages.values()) {
        const stamps = byWord.get(page.page.word);
        if (stamps === undefined) continue;
        judgeVersions(describe(name, page.documentId, stamps), page, stamps, before);
      }
    },
    unknown(name, documentId, before) {
      const page = world.pages.get(documentId);
      if (knownRevision(documentId, before) > 0) {
        history.violate('I1', `${name} knows nothing of ${documentId}, which had an entry`);
      } else if (page !== undefined) judgeAbsence(name, page, before);
    },
    switching() {
      switches += 1;
      return (isDone) => {
        switches -= 1;
        era += 1;
        if (isDone) revisions = new Map();
      };
    },
  };
}

function describe(name: string, documentId: string, stamps: readonly Stamp[]): string {
  return `${name} sees of ${documentId} ${stamps.map(({ version, part, parts }) => `${version}:${part}/${parts}`).join(' ')}`;
}
