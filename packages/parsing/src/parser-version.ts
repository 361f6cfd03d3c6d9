/** Grows with every change of what is read of the same file; part of an index' fingerprint. */
export const parserVersion = 5;
