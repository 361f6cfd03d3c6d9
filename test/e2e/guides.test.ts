import { describe, expect, test } from 'vitest';
import { runAsWritten, transcriptOf } from '../harness/guide.ts';

/** A process for each command, on a machine that is busy with tests. */
const timeoutMs = 300_000;

describe('the commands of a guide do what it says', () => {
  test.each([
    ['quickstart.md', 'two notes are ingested, one is found, and a question is answered from it'],
    ['discovery.md', 'near-duplicates, similar documents and topics are found'],
    [
      'formats.md',
      'files of several formats are ingested, and the others are in the inbox with their causes',
    ],
    ['operations.md', 'damage of every kind is found, mended and gone'],
    ['reindexing.md', 'another model is priced, built beside the live one, verified, switched to and back'],
    ['sources.md', 'documents are pushed, changed and deleted; older versions stay out'],
    ['schedules.md', 'a corpus is scheduled, brought up to date, built anew and switched'],
  ])('%s: %s', { timeout: timeoutMs }, async (guide) => {
    const said = await transcriptOf(guide);
    expect(said.length).toBeGreaterThan(6);
    expect(await runAsWritten(said)).toEqual(said);
  });
});
