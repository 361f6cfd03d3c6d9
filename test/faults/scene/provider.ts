import { createHashingEmbedder, type ProviderFault, startOpenAiServer } from '@winnow/testkit';
import { startTcpProxy, type TcpProxy } from '../../../infra/dev/tcp-proxy.ts';
import { stampOf } from '../world/page.ts';

type Refusal = Extract<ProviderFault, { kind: 'status' }>;

/** A call for the vectors of chunks. */
interface EmbeddingCall {
  /** Milliseconds since the provider was started. */
  readonly at: number;
  readonly texts: readonly string[];
}

/** A stand-in for a provider of embeddings in this process, behind a link; it counts what it is asked. */
export interface Provider {
  /** Through the link. */
  readonly baseUrl: string;
  readonly link: TcpProxy;
  /** The model that a corpus names. */
  readonly model: string;
  /** Decides whether a call is refused; nothing is until it is set. */
  refuse: (texts: readonly string[]) => Refusal | null;
  /** When each text of a chunk was asked for, in milliseconds since the start: what was refused is left out. */
  readonly asked: ReadonlyMap<string, readonly number[]>;
  /** The next call for the vectors of chunks, as it arrives. */
  nextCall(): Promise<EmbeddingCall>;
  now(): number;
  /** What the model makes of a text. */
  vectorOf(text: string): Promise<Float32Array>;
  close(): Promise<void>;
}

const dimensions = 64;

/** @param perCallMs time that a call takes. */
export async function startProvider({
  perCallMs = 0,
}: {
  readonly perCallMs?: number;
} = {}): Promise<Provider> {
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const asked = new Map<string, number[]>();
  let waiting: ((call: EmbeddingCall) => void)[] = [];
  const server = await startOpenAiServer({
    latency: { perRequestMs: perCallMs, perTokenMs: 0 },
    admit({ body }) {
      const input: readonly string[] = Array.isArray(body?.input) ? body.input : [];
      const texts = input.filter((text) => stampOf(text) !== null);
      const refusal = provider.refuse(input);
      if (refusal === null && texts.length > 0) note(texts);
      return { refusal, headers: {} };
    },
  });
  const link = await startTcpProxy({ port: Number(new URL(server.origin).port) });
  const model = createHashingEmbedder({ dimensions });

  function note(texts: readonly string[]): void {
    const at = now();
    for (const text of texts) {
      const times = asked.get(text);
      if (times === undefined) asked.set(text, [at]);
      else times.push(at);
    }
    const told = waiting;
    waiting = [];
    for (const tell of told) tell({ at, texts });
  }

  const provider: Provider = {
    baseUrl: `http://127.0.0.1:${link.port}/v1`,
    link,
    model: 'openai:stand-in',
    refuse: () => null,
    asked,
    nextCall: () => new Promise((resolve) => waiting.push(resolve)),
    now,
    async vectorOf(text) {
      const { signal } = new AbortController();
      const { vectors } = await model.embed([text], { purpose: 'document', signal });
      return vectors[0] ?? new Float32Array();
    },
    async close() {
      await link.close();
      await server.close();
    },
  };
  return provider;
}
