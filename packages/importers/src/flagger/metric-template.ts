import type { Findings } from '../canaries/findings.ts';
import type { Members } from '../canaries/members.ts';
import type { JsonRecord } from '../json-record.ts';

export interface MetricTemplate {
  /** Where it is asked, without the query. */
  readonly provider: JsonRecord;
  /** With `{{ target }}` and the like in it. */
  readonly query: string;
}

export function readMetricTemplate(spec: Members, findings: Findings): MetricTemplate {
  const provider = spec.members('provider');
  const kind = provider?.neededText('type') ?? 'prometheus';
  const query = spec.neededText('query');
  const settings = Object.fromEntries(
    ['address', 'region'].flatMap((name) => {
      const text = provider?.text(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const secretRef = provider?.wholeRecord('secretRef');
  findings.note('It is carried over by the canaries that name it.');
  return { provider: { kind, ...settings, ...(secretRef === undefined ? {} : { secretRef }) }, query };
}

/**
 * The query for one canary. Flagger's templates are Go's; these are the holes that it documents.
 * An unknown hole gives its text.
 */
export function fillQuery(
  query: string,
  fills: Readonly<Record<string, string | undefined>>,
): { readonly query: string } | { readonly unknown: string } {
  let unknown: string | undefined;
  const filled = query.replaceAll(/\{\{([^{}]*)\}\}/g, (hole, inside: string) => {
    const name = inside.trim();
    const fill = Object.hasOwn(fills, name) ? fills[name] : undefined;
    if (fill === undefined) unknown ??= hole;
    return fill ?? hole;
  });
  return unknown === undefined ? { query: filled } : { unknown };
}
