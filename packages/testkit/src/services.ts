import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
    elasticsearchUrl: string;
  }
}

/** The address of the real Redis that this run's integration tests share; several tests use it at once. */
export function redisUrl(): string {
  return inject('redisUrl');
}

/** The address of the real Elasticsearch that this run's integration tests share. */
export function elasticsearchUrl(): string {
  return inject('elasticsearchUrl');
}

/**
 * A name that no other test uses, for keys and indexes on the shared servers: lower-case letters, digits and
 * hyphens, beginning with a letter, 13 characters.
 */
export function uniquePrefix(): string {
  return `t${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}
