import { elasticsearchUrl, redisUrl, uniquePrefix } from '@winnow/testkit';

/** Environment of full mode on the servers of the test run, under a prefix of its own. */
export function fullMode(): Readonly<Record<string, string>> {
  return { REDIS_URL: redisUrl(), ELASTICSEARCH_URL: elasticsearchUrl(), WINNOW_PREFIX: uniquePrefix() };
}
