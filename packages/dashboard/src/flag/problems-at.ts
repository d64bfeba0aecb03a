import type { JsonProblem } from '../parts/json-field.tsx';

/** The problems within one part of a document, by pointers that begin at that part. */
export function problemsAt(problems: readonly JsonProblem[], place: string): readonly JsonProblem[] {
  return problems.flatMap(({ pointer, detail }) =>
    pointer === place || pointer.startsWith(`${place}/`) ? [{ pointer: pointer.slice(place.length), detail }] : [],
  );
}
