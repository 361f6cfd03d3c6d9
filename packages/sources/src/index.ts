export { createSource } from './create-source.ts';
export { detectSourceKind } from './detect-source-kind.ts';
