import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

/** One thing that a schema found wrong: where, and a sentence. */
export interface SchemaFlaw {
  readonly path: readonly PropertyKey[];
  readonly detail: string;
}

/** Everything that a schema found, one entry per place. */
export function explainIssues(error: z.ZodError): SchemaFlaw[] {
  return error.issues.flatMap((issue) => explainIssue(issue, []));
}

function explainIssue(issue: Issue, base: readonly PropertyKey[]): SchemaFlaw[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], detail: 'there is no such member' }));
  }
  if (issue.code === 'invalid_key') return issue.issues.flatMap((inner) => explainIssue(inner, path));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = closestForm(issue.errors);
    if (meant !== undefined) return meant.flatMap((inner) => explainIssue(inner, path));
  }
  return [{ path, detail: issue.message }];
}

/**
 * Which of several forms was meant: the one that knows most of the members that are there, then the one with the least
 * to complain about. Undefined when nothing tells the forms apart: the value is none of them.
 */
function closestForm(forms: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const unknownCount = (issues: readonly Issue[]) =>
    issues.reduce((count, issue) => {
      if (issue.path.length > 0) return count;
      // A form of another type altogether (a list where there is an object) knows nothing of the value.
      return count + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1_000);
    }, 0);
  const ranked = forms
    .map((issues) => ({ issues, rank: [unknownCount(issues), issues.length] as const }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1]);
  const best = ranked[0];
  return best === undefined || best.rank[0] >= 1_000 ? undefined : best.issues;
}
