import type { OpenMail, OpenMailResult } from '@winnow/core';

/** Files of mails that are remembered, each some hundred bytes. */
const maxFiles = 100_000;

/**
 * Remembers what is attached to mails that were listed, by their bytes, so that a process which lists them again does
 * not open them again. Of one that could not be opened that is remembered: it may take minutes to find out.
 */
export function createOpenMails(openMail: OpenMail): OpenMail {
  const known = new Map<string, OpenMailResult>();
  let files = 0;
  return async (raw, wanted, signal) => {
    // By the end of its name it may be told to be a mail.
    const key = `${raw.contentHash} ${raw.mediaType} ${/\.[^./]*$/.exec(raw.documentId)?.[0]}`;
    const before = known.get(key);
    if (before !== undefined && (wanted === null || !before.ok)) return before;
    const result = await openMail(raw, wanted, signal);
    if (wanted !== null || known.has(key)) return result;
    known.set(key, result);
    files += weightOf(result);
    for (const [oldest, kept] of known) {
      if (files <= maxFiles) break;
      known.delete(oldest);
      files -= weightOf(kept);
    }
    return result;
  };
}

function weightOf(result: OpenMailResult): number {
  return 1 + (result.ok ? result.mail.files.length : 0);
}
