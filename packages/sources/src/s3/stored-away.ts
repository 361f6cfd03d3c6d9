import type { _Object as S3Object } from '@aws-sdk/client-s3';

/** Classes of storage that an object has to be brought back from. */
const classes: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Whether somebody has to bring an object back before it can be read. */
export function isStoredAway({ StorageClass: storage }: S3Object): boolean {
  return storage !== undefined && classes.has(storage);
}
