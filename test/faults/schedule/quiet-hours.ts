/** Much goes on at once, and now and then somebody wants it quiet. */
export interface QuietHours {
  /** Does something beside others; waits while it is quiet. */
  busy<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Does something while nothing busy is under way. */
  quiet<Value>(work: () => Promise<Value>): Promise<Value>;
}

export function createQuietHours(): QuietHours {
  const underWay = new Set<Promise<unknown>>();
  let silence: Promise<unknown> = Promise.resolve();
  return {
    async busy(work) {
      for (let before: unknown; before !== silence; ) {
        before = silence;
        await silence;
      }
      const working = work();
      const settled = working.catch(() => {});
      underWay.add(settled);
      void settled.then(() => underWay.delete(settled));
      return await working;
    },
    async quiet(work) {
      const before = silence;
      const mine = before.then(async () => {
        await Promise.all(underWay);
        return await work();
      });
      silence = mine.catch(() => {});
      return await mine;
    },
  };
}
