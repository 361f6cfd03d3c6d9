/** What scripts read of a run, as commands and routes print it. */
export interface Ingested {
  readonly run: string;
  readonly state: string;
  readonly waiting: { readonly reason: string } | null;
  readonly waited: readonly { readonly reason: string; readonly seconds: number }[];
  readonly documents: Readonly<Record<'new' | 'changed' | 'unchanged' | 'deleted' | 'failed', number>> & {
    readonly stillFailed: number | null;
  };
  readonly deletions: { readonly withheld: number; readonly limit: number | null };
  readonly uncovered: readonly { readonly prefix: string; readonly reason: string }[];
  readonly bound: { readonly leftOut: number; readonly samples: readonly string[] } | null;
  readonly chunks: { readonly embedded: number; readonly reused: number };
  readonly tokens: number;
  readonly modelCalls: number;
  readonly seconds: number;
}

export interface Inbox {
  readonly items: readonly {
    readonly documentId: string;
    readonly cause: string;
    readonly message: string;
    readonly attempts: number;
    readonly since: string;
  }[];
  readonly next: string | null;
}

export interface Plan {
  readonly documents: Readonly<Record<'new' | 'changed' | 'unchanged' | 'deleted' | 'unreadable', number>>;
  readonly covered: boolean;
  readonly deletions: { readonly count: number; readonly withheld: number; readonly limit: number };
  readonly chunks: { readonly toEmbed: number; readonly reusable: number };
  readonly tokens: number;
  readonly cost: { readonly usd: number | null; readonly model: string; readonly priceDate: string | null };
  readonly estimatedSeconds: number | null;
  readonly digest: string;
}

export interface Examined {
  readonly checked: Readonly<Record<'source' | 'manifest' | 'index', number | null>>;
  readonly findings: readonly {
    readonly kind: string;
    readonly documentId: string;
    readonly detail: string;
  }[];
  readonly repairRun: string | null;
}
