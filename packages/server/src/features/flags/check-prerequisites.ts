import type { FlagDocument } from '@tidegate/protocol';
import { type ProblemError, problem } from '../../http/problem.ts';
import { walkReferences } from '../documents/index.ts';
import { flawAt } from './flaw-at.ts';

/** Prerequisites behind one another; evaluation follows as many. */
const PREREQUISITE_DEPTH_MAX = 16;

type Flags = ReadonlyMap<string, FlagDocument>;

/** Every prerequisite is there, with the variations that are asked of it, and none leads back to the flag. */
export function checkPrerequisites(document: FlagDocument, others: Flags): ProblemError | undefined {
  const flags = new Map(others).set(document.key, document);
  return checkKnown(document, flags) ?? checkChain(document.key, flags);
}

/** What other flags ask of this one stays possible. */
export function checkDependents(document: FlagDocument, others: Flags): ProblemError | undefined {
  const known = new Set(document.variations.map(({ key }) => key));
  for (const [key, other] of others) {
    const wanted = other.prerequisites.filter(({ flag }) => flag === document.key).flatMap((one) => one.variations);
    const lost = wanted.find((variation) => !known.has(variation));
    if (lost === undefined || key === document.key) continue;
    return problem('still-used', { detail: `Flag ${key} has ${document.key} serving ${lost} as a prerequisite.` });
  }
  return undefined;
}

/** The flags that have this one as a prerequisite. */
export function dependentsOf(flagKey: string, flags: Flags): string[] {
  return [...flags.values()]
    .filter(({ key, prerequisites }) => key !== flagKey && prerequisites.some(({ flag }) => flag === flagKey))
    .map(({ key }) => key);
}

function checkKnown({ prerequisites }: FlagDocument, flags: Flags): ProblemError | undefined {
  for (const [index, { flag, variations }] of prerequisites.entries()) {
    const path = ['prerequisites', index];
    const required = flags.get(flag);
    if (required === undefined) return flawAt('unknown-prerequisite', [...path, 'flag'], `there is no flag ${flag}`);
    const known = new Set(required.variations.map(({ key }) => key));
    const unknown = variations.find((variation) => !known.has(variation));
    if (unknown === undefined) continue;
    return flawAt('unknown-prerequisite', [...path, 'variations'], `flag ${flag} has no variation ${unknown}`);
  }
  return undefined;
}

function checkChain(flagKey: string, flags: Flags): ProblemError | undefined {
  const walk = walkReferences(flagKey, (key) => flags.get(key)?.prerequisites.map(({ flag }) => flag) ?? []);
  if (walk.kind === 'cycle') {
    return problem('cyclic-prerequisite', { detail: `${walk.path.join(' → ')}: a flag cannot wait for itself.` });
  }
  if (walk.depth <= PREREQUISITE_DEPTH_MAX) return undefined;
  return problem('cyclic-prerequisite', {
    detail: `A chain of prerequisites has at most ${PREREQUISITE_DEPTH_MAX} flags; this one has ${walk.depth}.`,
  });
}
