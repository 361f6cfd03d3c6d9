import {
  createHashingEmbedder,
  type ProviderFault,
  startOpenAiServer,
  type VectorFault,
} from '@winnow/testkit';
import { startTcpProxy, type TcpProxy } from '../../../infra/dev/tcp-proxy.ts';
import { stampOf } from '../world/page.ts';

type Refusal = Extract<ProviderFault, { kind: 'status' }>;

/** A call for the vectors of chunks. */
interface EmbeddingCall {
  /** Milliseconds since the provider was started. */
  readonly at: number;
  readonly model: string;
  readonly texts: readonly string[];
}

/** A stand-in for a provider of embeddings in this process, behind a link; it counts what it is asked. */
export interface Provider {
  /** Through the link. */
  readonly baseUrl: string;
  readonly link: TcpProxy;
  /** The model that a corpus names at first. */
  readonly model: string;
  /** Another one, whose vectors are shorter. */
  readonly otherModel: string;
  /** Decides whether a call is refused; nothing is until it is set. */
  refuse: (texts: readonly string[], model: string) => Refusal | null;
  /** Decides how the vectors of an answer are spoiled; none are until it is set. */
  spoil: (texts: readonly string[]) => VectorFault | null;
  /**
   * When each text of a chunk was asked for of each model, in milliseconds since the start: what was refused is left
   * out. The name of the model stands before the text.
   */
  readonly asked: ReadonlyMap<string, readonly number[]>;
  /** The next call for the vectors of chunks, as it arrives. */
  nextCall(): Promise<EmbeddingCall>;
  now(): number;
  /** What the model with vectors of that length makes of a text. */
  vectorOf(text: string, dimensions: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Of their vectors, by the names that the provider has for them. */
const dimensionsOf = { 'stand-in': 64, 'other-stand-in': 48 };

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
  // Of the call that it was decided for: others may be answered before that one.
  const faults = new WeakMap<readonly string[], VectorFault>();
  const server = await startOpenAiServer({
    embeddings: { models: dimensionsOf, faultOf: (texts) => faults.get(texts) ?? null },
    latency: { perRequestMs: perCallMs, perTokenMs: 0 },
    admit({ body }) {
      const input: readonly string[] = Array.isArray(body?.input) ? body.input : [];
      const texts = input.filter((text) => stampOf(text) !== null);
      const refusal = provider.refuse(input, String(body?.model));
      const fault = refusal === null ? provider.spoil(input) : null;
      if (fault !== null) faults.set(input, fault);
      if (refusal === null && fault === null && texts.length > 0) note(body.model, texts);
      return { refusal, headers: {} };
    },
  });
  const link = await startTcpProxy({ port: Number(new URL(server.origin).port) });

  function note(model: string, texts: readonly string[]): void {
    const at = now();
    for (const text of texts) {
      const key = `${model}: ${text}`;
      const times = asked.get(key);
      if (times === undefined) asked.set(key, [at]);
      else times.push(at);
    }
    const told = waiting;
    waiting = [];
    for (const tell of told) tell({ at, model, texts });
  }

  const provider: Provider = {
    baseUrl: `http://127.0.0.1:${link.port}/v1`,
    link,
    model: 'openai:stand-in',
    otherModel: 'openai:other-stand-in',
    spoil: () => null,
    refuse: () => null,
    asked,
    nextCall: () => new Promise((resolve) => waiting.push(resolve)),
    now,
    async vectorOf(text, dimensions) {
      const { signal } = new AbortController();
      const model = createHashingEmbedder({ dimensions });
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
