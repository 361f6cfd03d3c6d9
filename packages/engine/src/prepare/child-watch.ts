import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { outOfMemory, progressDescriptor, progressOf } from './prepare-task.ts';

/** A gigabyte takes longer to fill. */
const everyMs = 50;
const parent = process.ppid;
// Given by serve-prepare.ts.
const { maxResidentMb }: { readonly maxResidentMb: number } = workerData;

// The file is the body of a thread, which goes on while its process is caught in a document: it ends the process that
// needs too much memory, and the one that nobody waits for any more.
setInterval(() => {
  const isTooLarge = process.memoryUsage.rss() > maxResidentMb * 1024 * 1024;
  if (isTooLarge) writeSync(progressDescriptor, progressOf(outOfMemory));
  if (isTooLarge || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, everyMs);
