/** What an administrator does to the indexes of one scene, past its link. */
export interface ElasticsearchAdmin {
  readonly url: string;
  readonly prefix: string;
  /** The indexes of the scene. */
  indexes(): Promise<readonly string[]>;
  /** Changes settings of all of them. */
  settings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  removeAll(): Promise<void>;
}

const settingsTries = 20;

export function createElasticsearchAdmin(url: string, prefix: string): ElasticsearchAdmin {
  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    return await fetch(new URL(path, url), {
      method,
      signal: AbortSignal.timeout(30_000),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
  }
  async function call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    return await read(method, path, await send(method, path, body));
  }
  async function read<Body>(method: string, path: string, answer: Response): Promise<Body> {
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    return JSON.parse(text) as Body;
  }
  const indexes = async () =>
    Object.keys(await call<Record<string, unknown>>('GET', `/${prefix}.*?features=aliases`));
  return {
    url,
    prefix,
    indexes,
    async settings(settings) {
      const path = `/${prefix}.*/_settings`;
      for (let tries = 1; ; tries += 1) {
        const answer = await send('PUT', path, settings);
        // An index of a generation that is dropped just now: none of the others was changed.
        if (answer.status === 404 && tries < settingsTries) continue;
        return void (await read('PUT', path, answer));
      }
    },
    async removeAll() {
      const names = await indexes();
      if (names.length > 0) await call('DELETE', `/${names.join(',')}`);
    },
  };
}
