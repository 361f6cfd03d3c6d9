/**
 * An OpenAI server that answers at once, in a process of its own: vectors are made of nothing but a hash of each
 * text, so that hardly any time is its own. Forked by benches; sends its address, then answers any message with
 * what it was asked.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64Vector, seedOf, unitVector } from '@winnow/testkit';

/** What it was asked. */
export interface AskedEmbeddings {
  readonly requests: number;
  readonly texts: number;
}

interface EmbeddingsRequest {
  readonly input: readonly string[];
  readonly model: string;
  readonly dimensions: number;
  readonly encoding_format?: string;
}

let requests = 0;
let texts = 0;

const server = createServer(async (incoming, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  const request: EmbeddingsRequest = JSON.parse(Buffer.concat(pieces).toString());
  requests += 1;
  texts += request.input.length;
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answerTo(request)));
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
});
process.on('message', () => {
  const asked: AskedEmbeddings = { requests, texts };
  process.send?.(asked);
});
process.on('disconnect', () => process.exit());

/** @see https://platform.openai.com/docs/api-reference/embeddings/create */
function answerTo({ input, model, dimensions, encoding_format: format }: EmbeddingsRequest) {
  const tokens = Math.ceil(input.reduce((sum, text) => sum + text.length, 0) / 4);
  const data = input.map((text, index) => {
    const values = [...unitVector(seedOf(text), dimensions)];
    return { object: 'embedding', index, embedding: format === 'base64' ? base64Vector(values) : values };
  });
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } };
}
