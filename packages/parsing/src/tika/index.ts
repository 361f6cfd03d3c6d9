export { type Convert, type Converted, createTika } from './tika.ts';
