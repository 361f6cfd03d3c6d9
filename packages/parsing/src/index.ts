export { parse, parserVersion } from './parse.ts';
