import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHashingEmbedder } from './hashing-embedder.ts';

/** One embedding as the wire has it. */
export interface WireEmbedding {
  object: 'embedding';
  index: number;
  embedding: number[] | string;
}

/** What the next request gets instead of a proper answer. */
export type OpenAiFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: unknown;
    }
  /** The connection is cut in the middle of the body. */
  | { readonly kind: 'truncated' }
  /** No answer until the client gives up. */
  | { readonly kind: 'silent' }
  /** The proper embeddings, changed. */
  | { readonly kind: 'embeddings'; readonly change: (data: WireEmbedding[]) => WireEmbedding[] }
  /** Deltas of a chat answer; `cut` ends the connection after them, `stall` leaves it open and silent. */
  | { readonly kind: 'stream'; readonly deltas: readonly string[]; readonly end: 'done' | 'cut' | 'stall' };

export interface OpenAiRequest {
  readonly path: string;
  readonly authorization: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: a request body is looked at by tests, field by field
  readonly body: any;
}

/** A server on this machine that speaks OpenAI's embeddings and chat completions. */
export interface OpenAiServer {
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly OpenAiRequest[];
  /** What chat answers when no fault is set. */
  answer: readonly string[];
  /** Faults are used up, one a request, in order. */
  failNext(...faults: readonly OpenAiFault[]): void;
  close(): Promise<void>;
}

const defaultDimensions = 64;

/**
 * A small stand-in that gives near vectors for texts with common words, so that results can be checked and
 * not only calls. It follows the API's published form.
 * @see https://platform.openai.com/docs/api-reference/embeddings
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
export async function startOpenAiServer(): Promise<OpenAiServer> {
  const requests: OpenAiRequest[] = [];
  const faults: OpenAiFault[] = [];
  const state: { answer: readonly string[] } = { answer: ['Hello', ' [1].'] };
  const http = createServer((request, response) => {
    void handle(request, response);
  });

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await readBody(request));
    const path = request.url ?? '';
    requests.push({ path, authorization: request.headers.authorization, body });
    const fault = faults.shift();
    if (fault?.kind === 'status') return answerStatus(response, fault);
    if (fault?.kind === 'silent') return;
    if (fault?.kind === 'truncated') return cutBody(response);
    if (path === '/v1/chat/completions') {
      const stream = fault?.kind === 'stream' ? fault : { deltas: state.answer, end: 'done' as const };
      return answerStream(response, stream.deltas, stream.end);
    }
    const proper = await embeddingsOf(body);
    answerJson(response, 200, {
      object: 'list',
      data: fault?.kind === 'embeddings' ? fault.change(proper) : proper,
      model: body.model,
      usage: { prompt_tokens: 7 * body.input.length, total_tokens: 7 * body.input.length },
    });
  };

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    get answer() {
      return state.answer;
    },
    set answer(deltas) {
      state.answer = deltas;
    },
    failNext: (...next) => {
      faults.push(...next);
    },
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

async function embeddingsOf(body: EmbeddingsBody): Promise<WireEmbedding[]> {
  const { input, dimensions = defaultDimensions } = body;
  const embedder = createHashingEmbedder({ dimensions, maxTextsPerCall: input.length });
  const { signal } = new AbortController();
  const { vectors } = await embedder.embed(input, { purpose: 'document', signal });
  return vectors.map((vector, index) => ({
    object: 'embedding',
    index,
    embedding: body.encoding_format === 'base64' ? base64Of(vector) : [...vector],
  }));
}

interface EmbeddingsBody {
  readonly input: readonly string[];
  readonly dimensions?: number;
  readonly encoding_format?: 'float' | 'base64';
}

/** Float32, little-endian. */
function base64Of(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

function answerStatus(response: ServerResponse, fault: Extract<OpenAiFault, { kind: 'status' }>): void {
  const message = `status ${fault.status}`;
  const body = fault.body ?? { error: { message, type: 'error', param: null, code: null } };
  for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
  answerJson(response, fault.status, body);
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function cutBody(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"object":"list","data":[', () => response.destroy());
}

function answerStream(
  response: ServerResponse,
  deltas: readonly string[],
  end: 'done' | 'cut' | 'stall',
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const content of deltas)
    response.write(eventOf([{ index: 0, delta: { content }, finish_reason: null }]));
  if (end === 'stall') return;
  if (end === 'cut') {
    // After what was written has gone out, so that the client gets the deltas first.
    response.write(': cut\n\n', () => response.destroy());
    return;
  }
  response.write(eventOf([{ index: 0, delta: {}, finish_reason: 'stop' }]));
  response.write(
    eventOf([], { prompt_tokens: 40, completion_tokens: deltas.length, total_tokens: 40 + deltas.length }),
  );
  response.end('data: [DONE]\n\n');
}

function eventOf(choices: unknown[], usage: unknown = null): string {
  const chunk = { id: 'chat-1', object: 'chat.completion.chunk', created: 0, model: 'fake', choices, usage };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8')) text += piece;
  return text;
}
