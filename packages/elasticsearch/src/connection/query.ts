import type { estypes } from '@elastic/elasticsearch';

/** A query of the server's language. */
export type Query = NonNullable<estypes.QueryDslQueryContainer>;
