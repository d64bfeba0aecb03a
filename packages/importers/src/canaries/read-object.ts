import { orRefusal, Refusal } from '../refusal.ts';
import { Findings } from './findings.ts';
import type { ImportedObject } from './imported-rollouts.ts';
import type { Manifest } from './manifest.ts';
import { Members } from './members.ts';

/** Why members of an object mean nothing to a flag: the longest path that begins what was not read says it. */
export type Meaningless = Readonly<Record<string, string>>;

/** Reads one object to its end: what is refused, what is left over, and what came out. */
export function readObject<Made>(
  manifest: Manifest,
  meaningless: Meaningless,
  read: (spec: Members, findings: Findings) => Made,
): { readonly object: ImportedObject; readonly made: Made | undefined } {
  const findings = new Findings();
  const made = orRefusal(() => {
    const members = new Members(manifest.document, '');
    for (const name of ['apiVersion', 'kind', 'metadata', 'status']) members.whole(name);
    const spec = members.members('spec');
    if (spec === undefined) throw new Refusal('It has no spec.');
    if (manifest.name === '') throw new Refusal('It has no metadata.name.');
    const result = read(spec, findings);
    for (const path of members.unread()) findings.leaveOut(reasonOf(path, meaningless));
    return { result };
  });
  if (made instanceof Refusal) return { object: { status: 'refused', reasons: [made.message] }, made: undefined };
  return { object: findings.toReport(), made: made.result };
}

/** An object that has no part in a rollout. */
export function foreignObject(kind: string): ImportedObject {
  return { status: 'refused', reasons: [`A ${kind} says nothing of how a flag is rolled out.`] };
}

function reasonOf(path: string, meaningless: Meaningless): string {
  const pattern = path.replaceAll(/\[\d+\]/g, '[]');
  const known = Object.keys(meaningless)
    .filter((prefix) => pattern === prefix || pattern.startsWith(`${prefix}.`) || pattern.startsWith(`${prefix}[`))
    .toSorted((one, other) => other.length - one.length)[0];
  const why = known === undefined ? 'this importer does not know it' : meaningless[known];
  return `${path} is left out: ${why}.`;
}
