import { z } from 'zod';
import type { Corpus } from './corpus.ts';

const part = z.number().min(0).max(1);

/** Settings of a corpus that can be changed at any time; what is left out stays. */
export const corpusChangesSchema = z.strictObject({
  deletionGuard: z
    .strictObject({ documents: z.int().min(0).optional(), share: part.optional() })
    .optional()
    .describe('A run that would delete more than both withholds its deletions.'),
  verification: z
    .strictObject({
      qualityMargin: part
        .optional()
        .describe('What golden queries may fall by, at the far end of the interval.'),
      agreementFloor: part
        .nullable()
        .optional()
        .describe('Of the first ten, the part that has to stay; null: none.'),
      vectorRecallFloor: part.optional().describe('Of the nearest ten, the part that the index has to find.'),
    })
    .optional(),
  keepRetiredHours: z
    .number()
    .min(0)
    .max(24 * 366)
    .optional()
    .describe('Hours that a generation is kept after readers were switched away from it.'),
  recording: z
    .strictObject({
      enabled: z
        .boolean()
        .optional()
        .describe('Texts of searches are kept from now on; off: forgotten at once.'),
      days: z.int().min(1).max(3_650).optional().describe('Days after which they are forgotten.'),
    })
    .optional(),
});
export type CorpusChanges = z.infer<typeof corpusChangesSchema>;

/** The corpus with other settings. */
export function withChanges(
  corpus: Corpus,
  { deletionGuard, verification, keepRetiredHours, recording }: CorpusChanges,
): Corpus {
  return {
    ...corpus,
    deletionGuard: { ...corpus.deletionGuard, ...given(deletionGuard) },
    verification: { ...corpus.verification, ...given(verification) },
    keepRetiredHours: keepRetiredHours ?? corpus.keepRetiredHours,
    recording: { ...corpus.recording, ...given(recording) },
  };
}

/** What is there: nothing is set to nothing by being left out. */
function given<Settings extends object>(settings: Settings | undefined): Given<Settings> {
  const entries = Object.entries(settings ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<Settings>;
}

type Given<Settings> = { [Key in keyof Settings]?: Exclude<Settings[Key], undefined> };
