import { describeStore, elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { openTestStore } from './test-support.ts';

describeStore('elasticsearch with 3 shards', {
  open: () => openTestStore(elasticsearchUrl(), uniquePrefix(), 3),
});
