import { corpusNamePattern } from '@winnow/core';
import { z } from 'zod';

/**
 * The name of a corpus as a route takes it. The pattern is told, not enforced: what no corpus can be called is not
 * found, as any other name that none has; only making one says what is wrong with it.
 */
export const corpusName = z.string().meta({ pattern: corpusNamePattern.source });
