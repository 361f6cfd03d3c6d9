import { parentPort, workerData } from 'node:worker_threads';
import { standBack } from '@winnow/core';
import { type PartitionTask, partition } from '@winnow/retrieval/partition';

// The file is the body of a worker thread: it makes one partition, and ends.
standBack('background');
parentPort?.postMessage(partition(workerData as PartitionTask));
