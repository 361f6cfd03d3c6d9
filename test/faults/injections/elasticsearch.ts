import { setTimeout as wait } from 'node:timers/promises';
import { type Interceptor, jsonAnswer, type PassingRequest } from '../../../infra/dev/http-proxy.ts';
import type { FullInjection, Stage } from './injection.ts';
import { withRefusedItems } from './refused-items.ts';

export const elasticsearchCutOff = intercepting(
  'Elasticsearch is cut off',
  [0.5, 8],
  () => async () => 'cut',
);

export const elasticsearchSlow = intercepting(
  'Elasticsearch answers up to 2 s late',
  [2, 8],
  ({ random }) =>
    async (request, forward) => {
      await wait(random() * 2_000);
      return await forward(request);
    },
);

export const elasticsearchBusy = intercepting(
  'Elasticsearch refuses requests with 429',
  [1, 6],
  ({ random }) =>
    async (request, forward) =>
      random() < 0.5 ? refusal(429, 'es_rejected_execution_exception') : await forward(request),
);

export const elasticsearchBusyItems = intercepting(
  'Elasticsearch refuses items of bulk requests with 429',
  [1, 6],
  ({ random }) =>
    async (request, forward) =>
      isBulk(request)
        ? await withRefusedItems(request, forward, () => random() < 0.4)
        : await forward(request),
);

export const elasticsearchUnavailable = intercepting(
  'Elasticsearch answers with 503',
  [1, 6],
  ({ random }) =>
    async (request, forward) =>
      random() < 0.5 ? refusal(503, 'no_shard_available_action_exception') : await forward(request),
);

const tooLargeBytes = 4_096;

export const elasticsearchTakesLittle = intercepting(
  'Elasticsearch refuses larger bulk requests with 413',
  [1, 6],
  () => async (request, forward) =>
    isBulk(request) && request.body.length > tooLargeBytes
      ? refusal(413, 'content_too_long')
      : await forward(request),
);

/** The server does what it was asked, and nobody hears of it. */
export const elasticsearchRepliesLost = intercepting(
  'replies of Elasticsearch are lost',
  [1, 6],
  ({ random }) =>
    async (request, forward) => {
      const answer = await forward(request);
      return random() < 0.3 ? 'cut' : answer;
    },
);

export const elasticsearchReadOnly: FullInjection = {
  name: 'Elasticsearch refuses writes, its disk is full',
  part: 'index',
  seconds: [1, 6],
  async begin({ scene }) {
    await scene.elasticsearch.settings({ 'index.blocks.read_only_allow_delete': true });
    return () => scene.elasticsearch.settings({ 'index.blocks.read_only_allow_delete': null });
  },
};

/** For scenes with a server of their own. */
export const elasticsearchRestarted: FullInjection = {
  name: 'Elasticsearch is killed and starts again',
  part: 'index',
  seconds: [0.1, 10],
  async begin({ scene: { ownElasticsearch } }) {
    await ownElasticsearch?.kill();
    return async () => ownElasticsearch?.restart();
  },
};

/** For scenes with a server of their own. */
export const elasticsearchFrozen: FullInjection = {
  name: 'Elasticsearch freezes',
  part: 'index',
  seconds: [2, 25],
  weight: 0.3,
  async begin({ scene: { ownElasticsearch } }) {
    await ownElasticsearch?.signal('SIGSTOP');
    return async () => ownElasticsearch?.signal('SIGCONT');
  },
};

export function isBulk({ method, path }: PassingRequest): boolean {
  return method === 'POST' && path.split('?')[0]?.endsWith('/_bulk') === true;
}

/** As the server words it. */
function refusal(status: number, type: string) {
  const cause = { type, reason: 'a fault test says so' };
  const error = { ...cause, root_cause: [cause] };
  return jsonAnswer(status, { error, status }, { 'x-elastic-product': 'Elasticsearch' });
}

function intercepting(
  name: string,
  seconds: readonly [number, number],
  interceptorOf: (stage: Stage) => Interceptor,
): FullInjection {
  return {
    name,
    part: 'index',
    seconds,
    async begin(stage) {
      const remove = stage.scene.elasticsearchLink.use(interceptorOf(stage));
      return async () => remove();
    },
  };
}
