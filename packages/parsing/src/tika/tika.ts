import { setTimeout as wait } from 'node:timers/promises';
import {
  AppError,
  convertedMediaType,
  extensionOf,
  type FailureReason,
  type RawDocument,
} from '@winnow/core';
import { maxTextLength } from '../limits.ts';
import { refused } from '../parts.ts';
import { markupOf, type TikaEntry } from './tika-answer.ts';

/** Makes of bytes that have no reader here what `parse` reads. */
export type Convert = (raw: RawDocument, signal: AbortSignal) => Promise<Converted>;

export type Converted =
  | { readonly ok: true; readonly raw: RawDocument }
  | { readonly ok: false; readonly reason: FailureReason };

export interface TikaOptions {
  /** Of the server: `http://127.0.0.1:9998`. */
  readonly url: string;
  /** For one document; default two minutes. */
  readonly timeoutMs?: number;
  /** How long a server that broke off may take to be there again, as Tika starts itself anew; default 20 s. */
  readonly recoveryMs?: number;
}

/** Text with its markup and what Tika says of it. */
const maxAnswerBytes = 8 * maxTextLength;
const maxEmbedded = 1_000;
const pollMs = 500;
/** Statuses that are said of the document; any other is trouble of the server. */
const refusals: ReadonlyMap<number, 'unsupported' | 'unprocessable'> = new Map([
  [415, 'unsupported'],
  [422, 'unprocessable'],
]);

/**
 * An Apache Tika server as the reader of everything else. The document is sent to it whole, with no more of its name
 * than the extension.
 *
 * @returns a function that rejects with AppError `unavailable` where the server is away: that is no fault of the
 * document. A server that is there and breaks off over the same document twice is.
 */
export function createTika({ url, timeoutMs = 120_000, recoveryMs = 20_000 }: TikaOptions): Convert {
  const base = url.replace(/\/+$/, '');

  return async (raw, signal) => {
    for (let tries = 0; tries < 2; tries += 1) {
      const answer = await ask(raw, signal);
      if (answer === 'late') return refused('gave_up', `Tika took longer than ${timeoutMs / 1_000} s for it`);
      if (answer === 'too_large')
        return refused('too_large', `Tika's answer is larger than ${maxAnswerBytes} bytes`);
      if (answer === 'unsupported') return refused('unsupported_type', 'Tika does not read it either');
      if (answer === 'unprocessable') return refused('malformed', 'Tika could not read it');
      if (answer !== 'broken') return converted(raw, answer);
      await untilThere(signal);
    }
    return refused('malformed', 'Tika broke off over it twice');
  };

  async function ask(
    { content, documentId, mediaType }: RawDocument,
    signal: AbortSignal,
  ): Promise<readonly TikaEntry[] | 'late' | 'too_large' | 'unsupported' | 'unprocessable' | 'broken'> {
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${base}/rmeta/html`, {
        method: 'PUT',
        headers: {
          accept: 'application/json',
          'content-type': mediaType ?? 'application/octet-stream',
          'content-disposition': `attachment; filename="document${endingOf(documentId)}"`,
          writelimit: String(maxTextLength),
          maxembeddedresources: String(maxEmbedded),
        },
        body: content as Uint8Array<ArrayBuffer>,
        signal: AbortSignal.any([signal, late]),
      });
      if (response.status !== 200) {
        await response.body?.cancel();
        return refusals.get(response.status) ?? 'broken';
      }
      const text = await boundedText(response);
      return text === null ? 'too_large' : entriesOf(text);
    } catch {
      signal.throwIfAborted();
      return late.aborted ? 'late' : 'broken';
    }
  }

  async function untilThere(signal: AbortSignal): Promise<void> {
    const end = performance.now() + recoveryMs;
    for (;;) {
      if (await isThere(signal)) return;
      if (performance.now() > end) {
        throw new AppError(
          'unavailable',
          `the Tika server at ${new URL(base).host} does not answer: start it, or take TIKA_URL away and go on without it`,
          { part: 'source' },
        );
      }
      await wait(pollMs, undefined, { signal });
    }
  }

  async function isThere(signal: AbortSignal): Promise<boolean> {
    try {
      const response = await fetch(`${base}/version`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      signal.throwIfAborted();
      return false;
    }
  }
}

function converted(raw: RawDocument, entries: readonly TikaEntry[]): Converted {
  const found = markupOf(entries);
  if (!found.ok) return found;
  const content = new TextEncoder().encode(found.markup);
  return {
    ok: true,
    raw: { ...raw, content, mediaType: convertedMediaType, title: raw.title ?? found.title },
  };
}

async function boundedText(response: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > maxAnswerBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** @throws SyntaxError if it is no JSON, as an answer that was broken off. */
function entriesOf(text: string): readonly TikaEntry[] {
  const answer: unknown = JSON.parse(text);
  if (!Array.isArray(answer)) throw new SyntaxError('no list');
  return answer.filter((entry): entry is TikaEntry => typeof entry === 'object' && entry !== null);
}

/** As a header can hold it, with its dot. */
function endingOf(documentId: string): string {
  const extension = extensionOf(documentId);
  return /^[a-z0-9]{1,10}$/.test(extension) ? `.${extension}` : '';
}
