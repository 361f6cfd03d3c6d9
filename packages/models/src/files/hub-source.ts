import { AppError, within } from '@winnow/core';
import type { LocalModelRow } from '../registry/model-row.ts';
import { rootCauseMessage } from '../root-cause.ts';
import type { ModelSource, WantedFile } from './model-source.ts';
import { writeVerified } from './verified-file.ts';

/** A hub that has not begun to answer by then is taken as out of reach. */
const answerTimeoutMs = 5_000;
/** A download that brings nothing for so long is given up. */
const stallTimeoutMs = 30_000;

/**
 * The model hub, by its official client.
 * @param endpoint of a mirror; null for the client's own default.
 */
export function createHubSource(endpoint: string | null): ModelSource {
  return {
    label: endpoint === null ? 'the model hub' : `the model hub at ${endpoint}`,
    has: ({ hub }) => hub !== null,
    async fetch({ name, hub }, wanted, signal) {
      if (hub === null) return `it does not have ${name}`;
      try {
        for (const file of wanted) {
          const blob = await openFile(endpoint, hub, file, signal);
          if (blob === null) return `${hub.repo} has no ${file.pin.hubPath}`;
          const pin = { label: `${hub.repo}/${file.pin.hubPath}`, sha256: file.pin.sha256 };
          await writeVerified(file.path, withStallLimit(blob.stream()), pin, file.onBytes);
        }
        return null;
      } catch (error) {
        if (signal.aborted) throw AppError.from(signal.reason);
        if (error instanceof AppError && error.code !== 'deadline_exceeded') throw error;
        return rootCauseMessage(error);
      }
    },
  };
}

async function openFile(
  endpoint: string | null,
  hub: NonNullable<LocalModelRow['hub']>,
  file: WantedFile,
  signal: AbortSignal,
): Promise<Blob | null> {
  // Most models are there already: the client is loaded where one is fetched.
  const { downloadFile } = await import('@huggingface/hub');
  return await downloadFile({
    repo: { type: 'model', name: hub.repo },
    revision: hub.revision,
    path: file.pin.hubPath,
    fetch: fetchWithAnswerLimit(signal),
    // Plain HTTP: mirrors do not speak the chunk protocol.
    xet: false,
    ...(endpoint === null ? {} : { hubUrl: endpoint.replace(/\/+$/, '') }),
  });
}

/** `fetch` that gives up if no answer has begun in time; the body may take as long as it likes. */
function fetchWithAnswerLimit(signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(new AppError('deadline_exceeded', `no answer in ${answerTimeoutMs} ms`)),
      answerTimeoutMs,
    );
    try {
      return await fetch(input, { ...init, signal: AbortSignal.any([signal, limit.signal]) });
    } finally {
      clearTimeout(timer);
    }
  };
}

async function* withStallLimit(stream: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const late = () => new AppError('deadline_exceeded', `nothing arrived for ${stallTimeoutMs} ms`);
      const piece = await within(reader.read(), stallTimeoutMs, late);
      if (piece.done) return;
      yield piece.value;
    }
  } finally {
    // The stream may already be broken; what matters is that nothing more is read from it.
    await reader.cancel().catch(() => {});
  }
}
