export type { ArchiveCounts } from './archive-format.ts';
export { type ModelLook, type RestorePorts, restoreArchive } from './restore-archive.ts';
export type { MovedSource } from './restored-corpus.ts';
export { type ArchiveProgress, writeArchive } from './write-archive.ts';
