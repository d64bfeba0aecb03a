import { type ProblemError, problem } from './problem.ts';

/** Versions and revisions as entity tags: `"17"`. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** The version in `If-Match`. Throws `precondition-required` without it, `precondition-failed` when it can match nothing. */
export function expectedVersionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) {
    throw problem('precondition-required', {
      detail: 'Send `If-Match` with the ETag of what you read, so that nobody overwrites what they have not seen.',
    });
  }
  const version = /^"(\d{1,15})"$/.exec(ifMatch)?.[1];
  if (version === undefined) {
    throw problem('precondition-failed', { detail: `If-Match is ${ifMatch}; an ETag of this API looks like "17".` });
  }
  return Number(version);
}

/** Whether `If-None-Match` names this entity tag: then the caller has it already. A proxy may have weakened it. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}

/** For handlers: what came is not what is there. */
export function refuseStale(current: { expected: number; actual: number }): void {
  if (current.expected === current.actual) return;
  throw problem('precondition-failed', {
    detail: `You read version ${current.expected}, it is at ${current.actual}: read it again and repeat the change.`,
    headers: { etag: etagOf(current.actual) },
  });
}

/** For handlers whose write found another version than their read a moment before. */
export function overtaken(what: string): ProblemError {
  return problem('precondition-failed', { detail: `Somebody changed ${what} just now: read it again.` });
}
