import { z } from 'zod';

/** Places of sources that could not be looked into: nothing there counts as deleted. */
export const uncoveredBody = z
  .array(z.object({ prefix: z.string(), sourceId: z.string(), reason: z.string() }))
  .readonly();
