import { parentPort, workerData } from 'node:worker_threads';
import { standBack } from '@winnow/core';
import { makeTopics, type TopicsTask } from '@winnow/retrieval/topics';

// The file is the body of a worker thread: it makes topics once, and ends.
standBack('background');
parentPort?.postMessage(makeTopics(workerData as TopicsTask));
