/** How sure one wants to be before readers are switched to another generation; kept with the corpus. */
export interface VerificationSettings {
  /** What nDCG@10 and recall may fall by on golden queries, at the far end of the interval; 0–1. */
  readonly qualityMargin: number;
  /** Overlap of the first ten with the live generation, on average, 0–1; null: shown, and nothing asked. */
  readonly agreementFloor: number | null;
  /** Of the nearest ten by exact search, the part that the index finds, 0–1. */
  readonly vectorRecallFloor: number;
}

export const defaultVerification: VerificationSettings = {
  qualityMargin: 0.02,
  agreementFloor: null,
  vectorRecallFloor: 0.97,
};

/** One thing that a generation was looked at for. */
export interface Gate {
  readonly name: string;
  readonly passed: boolean;
  /** What was measured; null where it could not be. */
  readonly value: number | null;
  /** What was asked for at least; null where nothing was. */
  readonly floor: number | null;
  /** For the person who reads it. */
  readonly detail: string;
}

/** What the verification of a generation came to. */
export interface VerificationReport {
  readonly generation: number;
  /** Every gate was. */
  readonly passed: boolean;
  readonly gates: readonly Gate[];
  /** Names what the generation held: the report is about this state of it and no other. */
  readonly stateDigest: string;
  /** The live generation that it was compared with. */
  readonly comparedWith: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}
