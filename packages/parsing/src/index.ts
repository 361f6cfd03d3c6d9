export { parse } from './parse.ts';
export { parserVersion } from './parser-version.ts';
