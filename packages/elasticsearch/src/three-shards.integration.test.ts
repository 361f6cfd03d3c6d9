import { describeStoredDocuments, elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { openTestStore } from './test-support.ts';

describeStoredDocuments('elasticsearch with 3 shards', {
  open: () => openTestStore(elasticsearchUrl(), uniquePrefix(), 3),
});
