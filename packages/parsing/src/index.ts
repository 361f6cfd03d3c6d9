export { openMail } from './mail/open-mail.ts';
export { parse } from './parse.ts';
export { parserVersion } from './parser-version.ts';
