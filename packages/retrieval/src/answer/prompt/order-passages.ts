/** What ordering looks at. */
export interface RankedPassage {
  readonly documentId: string;
  /** Among the chunks of its document. */
  readonly position: number;
  /** How much it is worth for the answer: 1 is worth most; no two alike. */
  readonly rank: number;
}

/**
 * Orders passages as a language model reads them best: what matters most at the start and at the end, since
 * models overlook what stands in the middle of a long context. Passages of one document that follow each other
 * are one piece, in their own order, worth as much as the best of them; the best piece comes first, the second
 * best last, the third second, and so on inwards.
 *
 * @param passages in any order.
 * @returns each of them once.
 * @see Liu et al., Lost in the Middle, TACL 2024 (arXiv 2307.03172).
 */
export function orderPassages<Passage extends RankedPassage>(
  passages: readonly Passage[],
): readonly Passage[] {
  const pieces = piecesOf(passages).sort((left, right) => worthOf(left) - worthOf(right));
  const front = pieces.filter((_piece, index) => index % 2 === 0);
  const back = pieces.filter((_piece, index) => index % 2 === 1).reverse();
  return [...front, ...back].flat();
}

function piecesOf<Passage extends RankedPassage>(passages: readonly Passage[]): Passage[][] {
  const byDocument = Map.groupBy(passages, ({ documentId }) => documentId).values();
  return byDocument.flatMap(consecutive).toArray();
}

function consecutive<Passage extends RankedPassage>(passages: readonly Passage[]): Passage[][] {
  const pieces: Passage[][] = [];
  for (const passage of [...passages].sort((left, right) => left.position - right.position)) {
    const piece = pieces.at(-1);
    if (piece?.at(-1)?.position === passage.position - 1) piece?.push(passage);
    else pieces.push([passage]);
  }
  return pieces;
}

function worthOf(piece: readonly RankedPassage[]): number {
  return Math.min(...piece.map(({ rank }) => rank));
}
