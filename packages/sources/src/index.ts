export { createSource } from './create-source.ts';
export { detectSourceKind } from './detect-source-kind.ts';
export { parsePostgresAddress } from './postgres/postgres-address.ts';
export { createTables } from './postgres/postgres-source.ts';
export { type PushLine, problemOfId, pushRecordOf, readPushLines } from './push/push-record.ts';
export { parseS3Address } from './s3/s3-address.ts';
export { parseSiteAddress } from './site/site-address.ts';
export { createSites } from './site/site-source.ts';
