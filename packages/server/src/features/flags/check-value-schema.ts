import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { createContext, Script } from 'node:vm';
import type { FlagDocument, ValueSchema } from '@tidegate/protocol';
import type { Ajv2020, ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { pointerOf } from '../../http/pointer.ts';
import { type ProblemError, problem } from '../../http/problem.ts';
import { flawAt } from './flaw-at.ts';

/** A schema of a configuration has some hundred lines; it is compiled whenever it or a value is saved. */
const SCHEMA_BYTES_MAX = 64_000;
/** Levels of objects and lists in a schema. */
const SCHEMA_DEPTH_MAX = 20;
/** Ordinary schemas take a few milliseconds. References that multiply can take for ever, and everybody waits. */
const CHECK_MS_MAX = 500;

/**
 * Holds every variation's value to the flag's `valueSchema` (JSON Schema 2020-12), when either is written anew.
 *
 * An operator wrote the schema, so it may not do anything but say yes or no, soon: references stay inside of it,
 * patterns run on a linear-time engine, and whatever else could be made to take long is cut off.
 */
export function checkValueSchema(next: FlagDocument, current: FlagDocument | undefined): ProblemError | undefined {
  const { valueSchema, variations } = next;
  if (valueSchema === undefined) return undefined;
  const isAsBefore =
    isDeepStrictEqual(valueSchema, current?.valueSchema) && isDeepStrictEqual(variations, current?.variations);
  if (isAsBefore) return undefined;
  const flaw = schemaFlaw(valueSchema);
  if (flaw !== undefined) return flaw;
  const ajv = schemaCompiler();
  try {
    return withinTime(() => findMismatch(ajv.compile(valueSchema), variations));
  } catch (error) {
    return invalidSchema(reasonOf(error));
  }
}

function findMismatch(validate: ValidateFunction, variations: FlagDocument['variations']): ProblemError | undefined {
  const errors = variations.flatMap(({ value }, index) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).map((error) => ({
      pointer: `${pointerOf(['variations', index, 'value'])}${error.instancePath}`,
      detail: sentenceOf(error),
    }));
  });
  const [first] = errors;
  if (first === undefined) return undefined;
  return problem('value-mismatch', { detail: `At ${first.pointer}: ${first.detail}.`, errors });
}

/** Patterns as RE2 reads them: a backtracking engine can be kept busy for years by thirty characters. */
const linearTime = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(pattern);
    // Ajv tells patterns apart by their text.
    return { test: (text: string) => compiled.matcher(text).find(), toString: () => pattern };
  },
  // Only read where a schema is compiled into a file, which never happens here.
  { code: 'linearTime' },
);

const loadNow = createRequire(import.meta.url);

/** A new one each time: it remembers whatever it compiled. The schema of schemas is compiled before time is taken. */
function schemaCompiler(): Ajv2020 {
  // Seventy-five files that a server without schemas starts without. Their types are those of the same module.
  const { Ajv2020 } = loadNow('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const ajv = new Ajv2020({
    // One place per value: all of them are as many as a schema can multiply, and each is memory.
    allErrors: false,
    // An unknown keyword is a misspelt one, and would silently check nothing.
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: false,
    code: { regExp: linearTime },
    logger: false,
  });
  ajv.validateSchema({});
  return ajv;
}

function schemaFlaw(schema: ValueSchema): ProblemError | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > SCHEMA_BYTES_MAX) return invalidSchema(`it has ${bytes} bytes, and may have ${SCHEMA_BYTES_MAX}`);
  const depth = depthOf(schema);
  if (depth > SCHEMA_DEPTH_MAX) return invalidSchema(`it nests ${depth} levels, and may nest ${SCHEMA_DEPTH_MAX}`);
  const outside = referencesIn(schema).find((reference) => !reference.startsWith('#'));
  if (outside === undefined) return undefined;
  return invalidSchema(`the reference ${outside.slice(0, 100)} leads out of it; $ref begins with #`);
}

/** A body nests as deep as the reader of bodies lets it, so this may recurse. */
function depthOf(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0;
  return 1 + Object.values(json).reduce<number>((depth, value) => Math.max(depth, depthOf(value)), 0);
}

function referencesIn(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) =>
    (name === '$ref' || name === '$dynamicRef') && typeof value === 'string' ? [value] : referencesIn(value),
  );
}

const TIMED = new Script('work()');

/** Ends the work when its time is over: a script's deadline holds for all that it calls. */
function withinTime<T>(work: () => T): T {
  let result: { readonly value: T } | undefined;
  const run = (): void => {
    result = { value: work() };
  };
  TIMED.runInContext(createContext({ work: run }), { timeout: CHECK_MS_MAX });
  if (result === undefined) throw new Error('the work ended without a result');
  return result.value;
}

function reasonOf(error: unknown): string {
  // A deadline's error is of the other context: there it is an Error, and here it is not.
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return `checking the values took longer than ${CHECK_MS_MAX} ms`;
  return error instanceof RangeError ? 'a reference in it leads back to itself' : String(message).slice(0, 300);
}

function sentenceOf({ message = 'it does not match', params, keyword }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `${message}: ${String(params['additionalProperty'])}`;
  return keyword === 'enum' ? `${message}: ${JSON.stringify(params['allowedValues']).slice(0, 200)}` : message;
}

function invalidSchema(detail: string): ProblemError {
  return flawAt('invalid-value-schema', ['valueSchema'], detail);
}
