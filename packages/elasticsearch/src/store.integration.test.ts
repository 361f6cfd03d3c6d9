import { describeStore } from '@winnow/testkit';
import { openTestStore } from './test-support.ts';

describeStore('elasticsearch', { open: () => openTestStore() });
