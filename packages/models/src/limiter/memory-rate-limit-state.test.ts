import { describeRateLimitState } from '@winnow/testkit';
import { createMemoryRateLimitState } from './memory-rate-limit-state.ts';

describeRateLimitState('memory', async (now) => createMemoryRateLimitState({ now }));
