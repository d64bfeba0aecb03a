import { type FailureCause, type OutboundAnswer, retryAfterOf } from '../../../http-client/index.ts';
import type { ErrorClass } from './metric-provider.ts';
import { malformed, type QueryLanguage, type Reading } from './query-language.ts';

export type Failure = Extract<Reading, { kind: 'error' }> & { readonly retryAfterMs?: number };

type Outcome = Exclude<Reading, { kind: 'error' }> | Failure;

interface Reader {
  readonly language: Pick<QueryLanguage<never>, 'readRefusal'>;
  readonly deps: { readonly nowMs: () => number };
}

/** A certificate that proves nothing is a failed authentication: of the provider, to us. */
const CLASS_OF_CAUSE: Readonly<Record<FailureCause, ErrorClass>> = {
  'refused-address': 'bad_query',
  redirected: 'bad_query',
  certificate: 'auth',
  timeout: 'timeout',
  cancelled: 'unavailable',
  unreachable: 'unavailable',
  'too-large': 'malformed',
};

/** Deeper than any table of numbers; whoever reads on, or shows what came, may recurse. */
const DEPTH_MAX = 100;

/** What one exchange came to: a number, nothing, or the class of what went wrong. */
export function readAnswer(
  answer: OutboundAnswer,
  read: (json: unknown) => Reading,
  { language, deps }: Reader,
): Outcome {
  if (answer.kind === 'failed') return { kind: 'error', class: CLASS_OF_CAUSE[answer.cause], message: answer.message };
  const { status, headers, text } = answer;
  const json = parse(text);
  if (status >= 200 && status < 300) {
    return json.kind === 'json'
      ? read(json.value)
      : malformed(`The answer is not JSON, or nests beyond ${DEPTH_MAX} levels: ${text}`);
  }
  const said = json.kind === 'json' ? language.readRefusal(json.value) : {};
  const retryAfterMs = retryAfterOf(headers, deps.nowMs());
  return {
    kind: 'error',
    class: said.class ?? classOfStatus(status),
    message: `It answered ${status}: ${said.message ?? text}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function classOfStatus(status: number): ErrorClass {
  if (status === 401 || status === 403 || status === 407) return 'auth';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'unavailable' : 'bad_query';
}

function parse(text: string): { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'not-json' } {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value) ? { kind: 'not-json' } : { kind: 'json', value };
  } catch {
    return { kind: 'not-json' };
  }
}

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth < DEPTH_MAX; depth += 1) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
    if (level.length === 0) return false;
  }
  return true;
}
