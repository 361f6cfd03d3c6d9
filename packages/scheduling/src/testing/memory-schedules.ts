import type { CorpusName, Schedule, ScheduleStore } from '@winnow/core';

/** Schedules in memory, each kept as its text: nobody changes what another one reads. */
export function createMemorySchedules(): ScheduleStore {
  const kept = new Map<CorpusName, string>();
  const read = (corpus: CorpusName): Schedule | null => {
    const text = kept.get(corpus);
    return text === undefined ? null : JSON.parse(text);
  };
  const all = () => [...kept.keys()].sort().flatMap((corpus) => read(corpus) ?? []);
  return {
    get: async (corpus) => read(corpus),
    list: async () => all(),
    async set(schedule) {
      kept.set(schedule.corpus, JSON.stringify(schedule));
    },
    async update(corpus, change) {
      const current = read(corpus);
      if (current === null) return null;
      const changed = change(current);
      if (changed !== null) kept.set(corpus, JSON.stringify(changed));
      return changed ?? current;
    },
    remove: async (corpus) => kept.delete(corpus),
  };
}
