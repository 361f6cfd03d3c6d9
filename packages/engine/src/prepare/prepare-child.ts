import { parse } from '@winnow/parsing';
import { servePrepare } from './serve-prepare.ts';

// The file is the body of a process.
servePrepare(parse);
