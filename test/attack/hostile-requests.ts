import { type Choice, hostileText } from './hostile-text.ts';

/** A request, as it is sent. */
export interface HostileRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Sent as it is; null for none. */
  readonly body: string | null;
  readonly accept: string;
}

const modes = ['bm25', 'dense', 'hybrid'] as const;
/** What a body has in the place of what belongs there. */
const wrongValues = [null, true, [], {}, '', 0, -1, 1e308, 2 ** 53, '\u0000', [[[[]]]], { $ne: 1 }] as const;

/** One request: mostly well-formed and as dear as it may be, else malformed in one place. */
export function hostileRequest(choice: Choice, corpus: string): HostileRequest {
  const kind = choice.number(10);
  if (kind < 4) return post('/v1/search', searchBody(choice, corpus), choice);
  if (kind < 7) return post('/v1/answer', answerBody(choice, corpus), choice);
  if (kind < 8) return post('/v1/search', spoilt(choice, searchBody(choice, corpus)), choice);
  if (kind < 9) return post('/v1/corpora', corpusBody(choice), choice);
  return choice.chance(0.5) ? brokenBody(choice) : strangeAddress(choice);
}

function post(path: string, body: object, choice: Choice): HostileRequest {
  const accept = choice.chance(0.3) ? 'text/event-stream' : 'application/json';
  return { method: 'POST', path, body: JSON.stringify(body), accept };
}

function searchBody(choice: Choice, corpus: string): Record<string, unknown> {
  return {
    corpus: choice.chance(0.95) ? corpus : hostileText(choice, 80),
    query: hostileText(choice, 4_096),
    mode: choice.of(modes),
    k: choice.of([1, 10, 50]),
    candidates: choice.of([1, 100, 500]),
    ...(choice.chance(0.4) && { filter: filterOf(choice, choice.number(9)) }),
    ...(choice.chance(0.2) && { mmr: { lambda: choice.of([0, 0.5, 1]) } }),
    ...(choice.chance(0.3) && { neighbours: choice.number(6) }),
    ...(choice.chance(0.3) && { rerank: choice.of(['none', 'default', hostileText(choice, 200)]) }),
  };
}

function answerBody(choice: Choice, corpus: string): Record<string, unknown> {
  const history = Array.from({ length: choice.number(6) }, (_, at) => ({
    role: at % 2 === 0 ? 'user' : 'assistant',
    content: hostileText(choice, 2_000),
  }));
  const { k, neighbours, ...rest } = searchBody(choice, corpus);
  return { ...rest, k: Math.min(Number(k), 10), neighbours: Math.min(Number(neighbours ?? 1), 2), history };
}

function filterOf(choice: Choice, depth: number): unknown {
  const field = choice.chance(0.9) ? choice.of(['a', 'lang', 'x.y-z', '_id']) : hostileText(choice, 64);
  if (depth > 0) {
    // Wide at the bottom or deep, since both together would be most of the work of the attack.
    const width = depth === 1 && choice.chance(0.1) ? 300 : 1 + choice.number(depth > 3 ? 1 : 3);
    const filters = Array.from({ length: width }, () => filterOf(choice, depth - 1));
    return choice.chance(0.3) ? { op: 'not', filter: filters[0] } : { op: choice.of(['and', 'or']), filters };
  }
  return choice.of([
    { op: 'eq', field, value: hostileText(choice, 1_024) },
    { op: 'in', field, values: Array.from({ length: 1 + choice.number(256) }, (_, at) => `v${at}`) },
    { op: 'range', field, gt: -1e308, lte: 1e308 },
    { op: 'exists', field },
  ]);
}

function spoilt(choice: Choice, body: Record<string, unknown>): Record<string, unknown> {
  const key = choice.of(Object.keys(body));
  return {
    ...body,
    [key]: choice.of(wrongValues),
    ...(choice.chance(0.3) && { [hostileText(choice, 40)]: 1 }),
  };
}

function corpusBody(choice: Choice): Record<string, unknown> {
  const globs = Array.from({ length: choice.of([1, 8, 64]) }, () =>
    choice.of([
      '**/'.repeat(300),
      '*a'.repeat(500),
      '{a,b}'.repeat(200),
      '[!a-z]'.repeat(170),
      hostileText(choice, 1_024),
    ]),
  );
  return {
    name: choice.chance(0.5) ? `c${choice.number(5)}` : hostileText(choice, 63),
    path: choice.of([
      '/',
      '/etc/passwd',
      '/proc/self/mem',
      '../..',
      'file:///etc',
      `${hostileText(choice, 40)}`,
    ]),
    include: globs,
    exclude: globs,
  };
}

/** No JSON, or JSON that is not cheap to read. */
function brokenBody(choice: Choice): HostileRequest {
  const deep = 100_000;
  const body = choice.of([
    '['.repeat(deep),
    `${'['.repeat(deep)}${']'.repeat(deep)}`,
    '{"corpus":"x","filter":'.concat('{"op":"not","filter":'.repeat(9_000)),
    `{"corpus":"x","query":"${'\\ud800'.repeat(4_000)}"}`,
    '{"__proto__":{"a":1},"constructor":{"prototype":{}},"corpus":"x","query":"y"}',
    `{"query":${'9'.repeat(100_000)}}`,
    'null',
    '',
    '\u0000',
    `"${'x'.repeat(300_000)}"`,
  ]);
  const path = choice.of(['/v1/search', '/v1/answer', '/v1/corpora', '/v1/plans', '/v1/runs']);
  return { method: 'POST', path, body, accept: 'application/json' };
}

function strangeAddress(choice: Choice): HostileRequest {
  const part = encodeURIComponent(hostileText(choice, 200).toWellFormed());
  const path = choice.of([
    `/v1/corpora/${part}`,
    `/v1/corpora/${part}/documents/${part}`,
    `/v1/runs/${part}`,
    `/v1/inbox?corpus=${part}&limit=${part}`,
    `/v1/costs?by=${part}&since=${part}`,
    `/v1/schedules/${part}`,
    '/v1/corpora/%ff%fe',
    '/v1/corpora/..%2f..%2fetc%2fpasswd',
    `/${'a/'.repeat(1_000)}`,
    `/v1/corpora/x/generations/${choice.of(['-1', '1e9', '999999999999999999999', 'NaN'])}/verify`,
  ]);
  return {
    method: choice.of(['GET', 'DELETE', 'PUT', 'PATCH', 'POST']),
    path,
    body: null,
    accept: 'application/json',
  };
}
