/** Grows with every change of what the parser returns for the same bytes; part of an index' fingerprint. */
export const parserVersion = 2;
