import { flagsOf, REFERENCE_DEPTH_MAX, REFERENCE_VISITS_MAX } from '@tidegate/evaluation';
import type { FlagDocument } from '@tidegate/protocol';
import { type ProblemError, problem } from '../../http/problem.ts';
import { keysLeadingTo, walkReferences } from '../documents/index.ts';
import { asksOf } from './asks-of.ts';
import { flawAt } from './flaw-at.ts';

type Flags = ReadonlyMap<string, FlagDocument>;

/**
 * Every flag that this one asks, as a prerequisite or in a condition, is there, with the variations that are asked of
 * it; none leads back; and evaluation follows as far as they lead.
 */
export function checkPrerequisites(document: FlagDocument, others: Flags): ProblemError | undefined {
  const flags = new Map(others).set(document.key, document);
  return checkKnown(document, flags) ?? checkChains(document.key, flags);
}

/** What other flags ask of this one stays possible. */
export function checkDependents(document: FlagDocument, others: Flags): ProblemError | undefined {
  const known = new Set(document.variations.map(({ key }) => key));
  for (const [key, other] of others) {
    const wanted = asksOf(other).filter(({ flag }) => flag === document.key);
    const lost = wanted.flatMap((ask) => ask.variations).find((variation) => !known.has(variation));
    if (lost === undefined || key === document.key) continue;
    return problem('still-used', { detail: `Flag ${key} asks whether ${document.key} serves ${lost}.` });
  }
  return undefined;
}

/** The flags that ask this one. */
export function dependentsOf(flagKey: string, flags: Flags): string[] {
  return [...flags.values()]
    .filter((flag) => flag.key !== flagKey && flagsOf(flag).includes(flagKey))
    .map(({ key }) => key);
}

function checkKnown(document: FlagDocument, flags: Flags): ProblemError | undefined {
  for (const { flag, variations, path } of asksOf(document)) {
    const asked = flags.get(flag);
    if (asked === undefined) return flawAt('unknown-prerequisite', [...path, 'flag'], `there is no flag ${flag}`);
    const known = new Set(asked.variations.map(({ key }) => key));
    const unknown = variations.find((variation) => !known.has(variation));
    if (unknown === undefined) continue;
    return flawAt('unknown-prerequisite', [...path, 'variations'], `flag ${flag} has no variation ${unknown}`);
  }
  return undefined;
}

function checkChains(flagKey: string, flags: Flags): ProblemError | undefined {
  const referencesOf = (key: string) => {
    const flag = flags.get(key);
    return flag === undefined ? [] : flagsOf(flag);
  };
  for (const key of [flagKey, ...keysLeadingTo(flagKey, flags.keys(), referencesOf)]) {
    const walk = walkReferences(key, referencesOf);
    if (walk.kind === 'cycle' && key === flagKey) {
      return problem('cyclic-prerequisite', { detail: `${walk.path.join(' → ')}: a flag cannot wait for itself.` });
    }
    if (walk.kind === 'cycle' || (walk.depth <= REFERENCE_DEPTH_MAX && walk.visitCount <= REFERENCE_VISITS_MAX))
      continue;
    return problem('cyclic-prerequisite', {
      detail:
        `Flag ${key} would lead to ${walk.depth} flags behind one another and ${walk.visitCount} along all paths; ` +
        `it may lead to ${REFERENCE_DEPTH_MAX} and ${REFERENCE_VISITS_MAX}.`,
    });
  }
  return undefined;
}
