import { parentPort, workerData } from 'node:worker_threads';
import { type PartitionTask, partition } from '@winnow/retrieval/partition';

// The file is the body of a worker thread: it makes one partition, and ends.
parentPort?.postMessage(partition(workerData as PartitionTask));
