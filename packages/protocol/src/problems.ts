import * as z from 'zod';

/**
 * The catalogue of everything that can be refused, one code each: RFC 9457 problem details with
 * `type: https://tidegate.dev/problems#CODE` are what the HTTP API answers. `docs/errors.md` tells what to do about
 * each; a test holds the two lists together.
 */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'invalid-request': { status: 400, title: 'The request does not have the documented shape' },
  'unsupported-encoding': { status: 415, title: 'The body comes in an encoding that is not supported' },
  'unsupported-media-type': { status: 415, title: 'The body is of a media type that this address does not take' },
  'body-too-large': { status: 413, title: 'The body is larger than the limit' },
  unauthenticated: { status: 401, title: 'A valid key is required' },
  'invalid-signature': { status: 401, title: 'The request is not signed by a secret that is known here' },
  forbidden: { status: 403, title: 'This key may not do that' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'method-not-allowed': { status: 405, title: 'This address does not take that method' },
  'already-exists': { status: 409, title: 'The key is taken' },
  'precondition-required': { status: 428, title: 'If-Match is required' },
  'precondition-failed': { status: 412, title: 'It has changed since you read it' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something broke on our side' },
  unavailable: { status: 503, title: 'The server cannot do that just now' },
  'unsupported-protocol': { status: 400, title: 'This protocol version is not spoken here' },
  'unknown-variation': { status: 422, title: 'A rule names a variation that the flag does not have' },
  'variation-type': { status: 422, title: 'A variation has a value of another kind than the flag' },
  'duplicate-id': { status: 422, title: 'An id or key appears twice in the document' },
  'split-sum': { status: 422, title: 'The ranges of a split do not cover everything exactly once' },
  'unknown-segment': { status: 422, title: 'A condition names a segment that does not exist' },
  'unknown-prerequisite': { status: 422, title: 'A prerequisite names a flag or variation that does not exist' },
  'cyclic-prerequisite': { status: 422, title: 'The prerequisites go in a circle' },
  'cyclic-segment': { status: 422, title: 'The segments go in a circle' },
  'invalid-condition-value': { status: 422, title: 'A condition compares with a value its operator cannot take' },
  'invalid-value-schema': { status: 422, title: 'The value schema is not a JSON Schema that can be checked' },
  'value-mismatch': { status: 422, title: 'A variation has a value that the value schema does not take' },
  'layer-overlap': { status: 422, title: 'The slice of a layer is not free' },
  unevaluable: { status: 422, title: 'An SDK could not evaluate it' },
  'still-used': { status: 409, title: 'Something else still uses it' },
  archived: { status: 409, title: 'It is archived' },
  'rule-owned-by-rollout': { status: 409, title: 'An active rollout owns that rule' },
  'revision-serves-rollout': { status: 409, title: 'That revision served a rollout that is not active' },
  'unknown-rule': { status: 422, title: 'The flag has no such rule' },
  'unknown-metric': { status: 422, title: 'A guard names a metric that does not exist' },
  'rule-does-not-serve-control': { status: 409, title: 'The rule does not serve the control variation alone' },
  'invalid-stages': { status: 422, title: 'The stages do not rise to 100 %' },
  'invalid-plan': { status: 422, title: 'The plan says something that cannot be' },
  'unknown-template': { status: 422, title: 'A guard names a template that does not exist' },
  'invalid-template-arguments': { status: 422, title: 'The template cannot be filled with these arguments' },
  'invalid-template': { status: 422, title: 'The template would never make a metric' },
  'unknown-traffic': { status: 422, title: 'Nobody knows what traffic is to come' },
  'invalid-adapter': { status: 422, title: 'The traffic adapter could never be reached' },
  'unknown-adapter': { status: 422, title: 'The environment has no such traffic adapter' },
  'adapter-in-use': { status: 409, title: 'A rollout drives this traffic adapter' },
  'invalid-provider': { status: 422, title: 'The metric provider could never be asked' },
  'provider-in-use': { status: 409, title: 'The metric provider guards a rollout' },
  'invalid-channel': { status: 422, title: 'Nothing could ever be sent to the channel' },
  'unknown-environment': { status: 422, title: 'The project has no such environment' },
  'schedule-out-of-range': { status: 422, title: 'Nothing can be scheduled for that instant' },
  'too-many-schedules': { status: 409, title: 'The flag has as many pending changes as it may' },
  'schedule-settled': { status: 409, title: 'The scheduled change is not pending any more' },
  'kill-latched': { status: 409, title: 'The flag was killed after the change was scheduled' },
  'rollout-not-active': { status: 409, title: 'The rollout has ended' },
  'invalid-signal': { status: 422, title: 'A signal may only lower exposure' },
  'command-refused': { status: 409, title: 'The rollout cannot do that now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Where each code is told at length; what `type` points to. */
export function problemTypeOf(code: ProblemCode): string {
  return `https://tidegate.dev/problems#${code}`;
}

/** The body of every refusal, as `application/problem+json`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  /** What was expected, what came, what to do. */
  readonly detail: string;
  /** The request's id, to find it in the log. */
  readonly instance?: string;
  /** Where in the body, as JSON Pointers. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

// Object.keys of a constant object literal are its own literal keys.
const codes = Object.keys(PROBLEMS) as ProblemCode[];

export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes),
    detail: z.string(),
    instance: z.string().exactOptional(),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })).exactOptional(),
  })
  .meta({ id: 'Problem', description: 'What was refused and why (RFC 9457).' }) satisfies z.ZodType<Problem>;
