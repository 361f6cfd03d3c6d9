import { type CorpusId, type RunId, sha256 } from '@winnow/core';

/**
 * The id of a slot's run, the same for everybody: whoever starts it, it is one run. It sorts
 * with the others by its time. 64 bits keep the thousand corpora apart that are due at midnight.
 */
export function slotRunId(corpusId: CorpusId, slot: string, byHand: boolean): RunId {
  const stamp = slot.slice(0, 19).replace(/[-:]/g, '');
  const digest = sha256(`${corpusId}\0${slot}${byHand ? '\0by hand' : ''}`);
  return `${stamp}-${digest.slice(0, 16)}` as RunId;
}
