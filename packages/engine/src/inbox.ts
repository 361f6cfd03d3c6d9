import type { DocumentId, FailureCode } from '@winnow/core';
import { AppError, failureCodes } from '@winnow/core';
import { dismissItems, type IngestPorts, inboxItem, listInbox, retryInbox } from '@winnow/ingestion';
import type { EngineInbox, InboxSelection } from './engine.ts';
import { requireWholeCorpus } from './require-corpus.ts';
import type { EngineRunsOfProcess } from './runs.ts';

export function createEngineInbox(ingest: IngestPorts, runs: EngineRunsOfProcess): EngineInbox {
  const { store } = ingest;
  return {
    async list(name, { cause, limit, after }) {
      const corpus = await requireWholeCorpus(store, name);
      return await listInbox(ingest, corpus, {
        limit,
        ...(cause !== undefined && { cause: causeOf(cause) }),
        ...(after !== undefined && { after }),
      });
    },
    async show(name, documentId) {
      return await inboxItem(ingest, await requireWholeCorpus(store, name), documentId as DocumentId);
    },
    async retry(name, which) {
      const corpus = await requireWholeCorpus(store, name);
      const beforeStart = () => runs.cancelAbandoned(corpus);
      const { run } = await retryInbox(ingest, corpus, selectionOf(which), { beforeStart });
      return await runs.begun(run);
    },
    async dismiss(name, which) {
      return await dismissItems(ingest, await requireWholeCorpus(store, name), selectionOf(which));
    },
  };
}

function selectionOf({ cause, documentIds }: InboxSelection) {
  return {
    ...(cause !== undefined && { cause: causeOf(cause) }),
    // Any text may be asked for; one that names no document is not in the inbox.
    ...(documentIds !== undefined && { documentIds: documentIds as readonly DocumentId[] }),
  };
}

/** @throws AppError `invalid_argument` with the causes there are. */
function causeOf(cause: string): FailureCode {
  const known = failureCodes.find((code) => code === cause);
  if (known !== undefined) return known;
  throw new AppError(
    'invalid_argument',
    `there is no cause ${cause}: it is one of ${failureCodes.join(', ')}`,
  );
}
