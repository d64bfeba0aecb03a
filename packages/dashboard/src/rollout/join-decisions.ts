import type { DecisionView } from '@tidegate/protocol/types';

type Sequenced = Pick<DecisionView, 'sequence'>;

/**
 * A page of a log, newest first, with what was known of it. `meets` is whether the two leave no gap between them; where
 * they do, what was known goes, for nobody may take what is left out for what never was.
 */
export function joinDecisions<Decision extends Sequenced>(
  page: readonly Decision[],
  known: readonly Decision[],
): { readonly items: readonly Decision[]; readonly meets: boolean } {
  const [newestKnown, oldestKnown] = [known[0]?.sequence, known.at(-1)?.sequence];
  const [newest, oldest] = [page[0]?.sequence, page.at(-1)?.sequence];
  if (newestKnown === undefined || oldestKnown === undefined) return { items: page, meets: false };
  if (newest === undefined || oldest === undefined) return { items: known, meets: true };
  const meets = oldest <= newestKnown + 1 && newest >= oldestKnown - 1;
  if (!meets) return { items: page, meets };
  const all = new Map([...page, ...known].map((decision) => [decision.sequence, decision]));
  return { items: [...all.values()].sort((one, other) => other.sequence - one.sequence), meets };
}
