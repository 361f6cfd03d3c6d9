import type { OpenMail, OpenMailResult, OpenMails, RawDocument } from '@winnow/core';

/** Files of mails that are remembered, each some hundred bytes. */
const maxFiles = 100_000;

/**
 * Remembers what is attached to mails that were listed, so that a process which lists them again does not open them again,
 * and reads none whose version its source knows without that. Of one that could not be opened that is remembered: it may
 * take minutes to find out.
 */
export function createOpenMails(openMail: OpenMail): OpenMails {
  const remembered = new Map<string, OpenMailResult>();
  let files = 0;
  const known: OpenMails['known'] = (mail) => remembered.get(keyOf(mail)) ?? null;
  return {
    known,
    async open(raw, wanted, signal) {
      const before = known(raw);
      if (before !== null && (wanted === null || !before.ok)) return before;
      const result = await openMail(raw, wanted, signal);
      if (wanted !== null || known(raw) !== null) return result;
      remembered.set(keyOf(raw), result);
      files += weightOf(result);
      for (const [oldest, kept] of remembered) {
        if (files <= maxFiles) break;
        remembered.delete(oldest);
        files -= weightOf(kept);
      }
      return result;
    },
  };
}

/** By its name it may be told to be a mail; of a bucket, the same bytes may be called different things. */
function keyOf({ documentId, contentHash }: Pick<RawDocument, 'documentId' | 'contentHash'>): string {
  return `${contentHash} ${documentId}`;
}

function weightOf(result: OpenMailResult): number {
  return 1 + (result.ok ? result.mail.files.length : 0);
}
