import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  outOfReach,
  providerFaultCases,
  providersReason,
  shownBy,
  statusFault,
} from './provider-fault-cases.ts';
import type { ProviderServer } from './providers/provider-server.ts';

/** How an adapter of a port is opened and asked, whatever the port. */
export interface FaultedAdapter<Server extends ProviderServer, Port> {
  start(): Promise<Server>;
  open(server: Server, options: AdapterOptions): Port | Promise<Port>;
  /** One call, whose value is the same each time; {@link confidentialTexts} are in it. */
  call(port: Port, signal: AbortSignal): Promise<unknown>;
}

export interface AdapterOptions {
  readonly apiKey: string;
  /** For one call. */
  readonly timeoutMs: number;
}

/** What more there is to test with a port. */
export interface FaultTools<Server extends ProviderServer, Port> {
  server(): Server;
  open(): Promise<Port>;
  /**
   * Fails one call and checks what holds for every failure: one request, no secrets in the error, and a next
   * call that works.
   * @returns the error.
   */
  failOnce(plant: (server: Server) => void, timeoutMs?: number): Promise<unknown>;
}

/** What no error may show. */
export const confidentialTexts: readonly string[] = [
  'a confidential first text of the customer',
  'another one, no less confidential',
];

const apiKey = 'secret-key-0123456789abcdef';
const anyTime = 60_000;

/**
 * What every adapter behind a network guarantees when its provider fails: the right code, one request, no
 * secrets in the error, and a next call that works.
 * @param title `embedder faults openai`.
 * @param more tests of the port's own.
 */
export function describeProviderFaults<Server extends ProviderServer, Port>(
  title: string,
  adapter: FaultedAdapter<Server, Port>,
  more: (tools: FaultTools<Server, Port>) => void,
): void {
  describe(title, () => {
    let server: Server;
    beforeAll(async () => {
      server = await adapter.start();
    });
    afterAll(() => server.close());

    const open = async (timeoutMs = anyTime) => adapter.open(server, { apiKey, timeoutMs });
    const call = (port: Port, signal = new AbortController().signal) => adapter.call(port, signal);
    const failOnce = async (plant: (server: Server) => void, timeoutMs?: number): Promise<unknown> => {
      const proper = await call(await open());
      const port = await open(timeoutMs);
      plant(server);
      const before = server.requestCount;
      const error: unknown = await call(port).then(
        () => 'no error',
        (reason: unknown) => reason,
      );
      expect(server.requestCount, 'requests for one call').toBe(before + 1);
      expect(shownBy(error)).not.toMatch(/secret-key|confidential/);
      expect(await call(await open())).toEqual(proper);
      return error;
    };

    it.each(providerFaultCases)(
      'makes one request, and of $name $code',
      async ({ fault, code, timeoutMs }) => {
        const error = await failOnce(() => server.failNext(fault), timeoutMs);
        expect(error).toMatchObject({ name: 'AppError', code, retryAfterMs: null });
      },
    );

    more({ server: () => server, open, failOnce });

    it('hands on how long a 429 asks to wait', async () => {
      const refusal = statusFault(429, { headers: { 'retry-after': '7' } });
      const error = await failOnce(() => server.failNext(refusal));
      expect(error).toMatchObject({ code: 'resource_exhausted', retryAfterMs: 7_000 });
    });

    it('quotes the reason that the provider gives', async () => {
      for (const status of [400, 404, 413, 500]) {
        const error = await failOnce(() => server.failNext(statusFault(status)));
        expect(error).toMatchObject({ message: expect.stringContaining(providersReason) });
      }
    });

    it('repeats neither key nor texts where the provider does', async () => {
      for (const status of [400, 401, 500]) {
        const message = `No good: ${apiKey} with ${confidentialTexts.join(' and ')}`;
        await failOnce(() => server.failNext(statusFault(status, { message })));
      }
    });

    it('ends the call of the provider when it is canceled', async () => {
      const port = await open();
      server.failNext({ kind: 'hang' });
      const controller = new AbortController();
      const arriving = server.nextRequest();
      const running = call(port, controller.signal);
      const request = await arriving;
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'canceled' });
      expect(await request.outcome).toBe('closed');
    });

    it('says that an endpoint is out of reach', async () => {
      const gone = await adapter.start();
      const port = await adapter.open(gone, { apiKey, timeoutMs: anyTime });
      await gone.close();
      await expect(call(port)).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(outOfReach),
      });
    });
  });
}
