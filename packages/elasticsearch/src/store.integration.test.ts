import { describeStore, elasticsearchUrl, uniquePrefix } from '@winnow/testkit';
import { openTestStore } from './test-support.ts';

describeStore('elasticsearch', { open: () => openTestStore(elasticsearchUrl(), uniquePrefix()) });
