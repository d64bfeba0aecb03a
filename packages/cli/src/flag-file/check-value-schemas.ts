import { type JsonValue, operatorTakes } from '@tidegate/evaluation';
import type { FileFlaw, FlagFile } from '@tidegate/flag-file';
import type { Ajv2020, ErrorObject } from 'ajv/dist/2020.js';

/**
 * Holds every variation's value to its flag's `valueSchema`, as a server does when it saves the flag. The server also
 * limits how large a schema is and how long it may take; here whoever wrote it waits.
 */
export async function findValueFlaws({ flags }: FlagFile): Promise<readonly FileFlaw[]> {
  const held = Object.entries(flags).filter(([, { valueSchema }]) => valueSchema !== undefined);
  if (held.length === 0) return [];
  // Loaded when there is something to check: it is larger than the rest of the command.
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  return held.flatMap(([key, { valueSchema = true, variations = [] }]) => {
    const values = variations.map(({ value }) => value);
    return findMismatches(newCompiler(Ajv2020), { path: ['flags', key], schema: valueSchema, values });
  });
}

function findMismatches(
  ajv: Ajv2020,
  held: { readonly path: readonly string[]; readonly schema: JsonValue; readonly values: readonly JsonValue[] },
): readonly FileFlaw[] {
  const { path, schema, values } = held;
  let validate: ReturnType<Ajv2020['compile']>;
  try {
    // The file's schema has let through an object, true or false.
    validate = ajv.compile(schema as boolean | { [keyword: string]: JsonValue });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ path: [...path, 'valueSchema'], detail: `it is not a JSON Schema that can be checked: ${reason}` }];
  }
  return values.flatMap((value, index) => {
    if (validate(value)) return [];
    const at = [...path, 'variations', index, 'value'];
    return (validate.errors ?? []).map((error) => ({
      path: [...at, ...stepsOf(error.instancePath, value)],
      detail: sentenceOf(error),
    }));
  });
}

/** A new one for each flag: it remembers whatever it compiled, also what two schemas both call themselves. */
function newCompiler(Compiler: typeof Ajv2020): Ajv2020 {
  return new Compiler({
    allErrors: true,
    strictSchema: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: false,
    code: { regExp: Object.assign(patternOf, { code: 'patternOf' }) },
    logger: false,
  });
}

/** A pattern that a server would not take is refused here as well. */
function patternOf(pattern: string): RegExp {
  if (!operatorTakes('matches', pattern)) throw new Error(`the pattern ${pattern} is not of RE2`);
  return new RegExp(pattern, 'u');
}

/** A JSON Pointer into a value, with its indexes as numbers. */
function stepsOf(pointer: string, value: JsonValue): (string | number)[] {
  const steps: (string | number)[] = [];
  let part: unknown = value;
  for (const escaped of pointer.split('/').slice(1)) {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const step = Array.isArray(part) ? Number(name) : name;
    steps.push(step);
    part = typeof part === 'object' && part !== null ? Reflect.get(part, step) : undefined;
  }
  return steps;
}

function sentenceOf({ message = 'it does not match', params, keyword }: ErrorObject): string {
  if (keyword === 'additionalProperties') return `${message}: ${String(params['additionalProperty'])}`;
  return keyword === 'enum' ? `${message}: ${JSON.stringify(params['allowedValues'])}` : message;
}
