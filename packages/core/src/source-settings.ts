import { z } from 'zod';

/** Where documents come from. Paths are absolute, on the machine that runs the workers. */
export const sourceSettingsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('folder'),
    path: z.string().min(1),
    include: z.array(z.string()).default(['**/*']),
    exclude: z.array(z.string()).default([]),
  }),
  z.strictObject({ kind: z.literal('jsonl'), path: z.string().min(1) }),
  z.strictObject({ kind: z.literal('csv'), path: z.string().min(1) }),
]);
export type SourceSettings = z.infer<typeof sourceSettingsSchema>;
