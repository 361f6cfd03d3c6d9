import type { EmbeddedScene } from '../scene/embedded-scene.ts';
import type { FullScene } from '../scene/full-scene.ts';
import { diskFull } from './disk.ts';
import {
  elasticsearchBusy,
  elasticsearchBusyItems,
  elasticsearchCutOff,
  elasticsearchFrozen,
  elasticsearchReadOnly,
  elasticsearchRepliesLost,
  elasticsearchRestarted,
  elasticsearchSlow,
  elasticsearchTakesLittle,
  elasticsearchUnavailable,
} from './elasticsearch.ts';
import type { EmbeddedInjection, FullInjection, Injection } from './injection.ts';
import { jobsRepeated } from './jobs.ts';
import {
  providerBusy,
  providerCutOff,
  providerDrips,
  providerFails,
  providerSilent,
  providerSlow,
} from './provider.ts';
import {
  redisCutOff,
  redisFlushed,
  redisForgetsLastWrites,
  redisFull,
  redisHalfOpen,
  redisResets,
  redisRestarted,
  redisSilent,
  redisSlow,
} from './redis.ts';
import { fileRewritten, folderUnreadable, sourceUnmounted } from './source.ts';
import { servingKilled, workerFrozen, workerKilled, workerTerminated } from './workers.ts';

/** What can go wrong however Winnow is run. */
const common: readonly Injection[] = [
  workerKilled,
  workerFrozen,
  workerTerminated,
  providerBusy,
  providerFails,
  providerCutOff,
  providerSilent,
  providerSlow,
  providerDrips,
  sourceUnmounted,
  folderUnreadable,
  fileRewritten,
];

export function embeddedInjections({ disk }: EmbeddedScene): readonly EmbeddedInjection[] {
  return [...common, ...(disk === null ? [] : [diskFull])];
}

export function fullInjections({ ownElasticsearch }: FullScene): readonly FullInjection[] {
  return [
    ...common,
    servingKilled,
    redisRestarted,
    redisForgetsLastWrites,
    redisFlushed,
    redisFull,
    redisCutOff,
    redisSlow,
    redisSilent,
    redisHalfOpen,
    redisResets,
    jobsRepeated,
    elasticsearchCutOff,
    elasticsearchSlow,
    elasticsearchBusy,
    elasticsearchBusyItems,
    elasticsearchUnavailable,
    elasticsearchTakesLittle,
    elasticsearchRepliesLost,
    elasticsearchReadOnly,
    ...(ownElasticsearch === null ? [] : [elasticsearchRestarted, elasticsearchFrozen]),
  ];
}
