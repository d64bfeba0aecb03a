/**
 * The few words of shape that documents are checked with. A check gives the first flaw as a sentence that begins with
 * its path (`.rules[2].id: expected a text`), undefined for none. Only own properties count, and unknown ones are left
 * alone: a newer server may send more. A sound document is checked before its flag answers for the first time, so
 * checking one allocates next to nothing.
 */
export type Check = (value: unknown) => string | undefined;

export const text: Check = (value) => (typeof value === 'string' ? undefined : ': expected a text');

export const truth: Check = (value) => (typeof value === 'boolean' ? undefined : ': expected true or false');

export const anything: Check = (value) => (value === undefined ? ': expected a value' : undefined);

export const finite: Check = (value) => (Number.isFinite(value) ? undefined : ': expected a finite number');

export function integer(from: number, to: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
      ? undefined
      : `: expected an integer from ${from} to ${to}`;
}

export function literal(...choices: readonly string[]): Check {
  return (value) => (choices.some((choice) => choice === value) ? undefined : `: expected ${choices.join(' or ')}`);
}

export function optional(check: Check): Check {
  return (value) => (value === undefined ? undefined : check(value));
}

export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return ': expected a list';
    let index = 0;
    for (const element of value) {
      const flaw = check(element);
      if (flaw !== undefined) return `[${index}]${flaw}`;
      index++;
    }
    return undefined;
  };
}

export function record(shape: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(shape).map(([name, check]) => ({ name, check }));
  return (value) => {
    if (!isRecord(value)) return ': expected an object';
    for (const { name, check } of checks) {
      const flaw = check(ownValue(value, name));
      if (flaw !== undefined) return `.${name}${flaw}`;
    }
    return undefined;
  };
}

/** A record whose shape is named by one of its properties. */
export function variant(tag: string, shapes: Readonly<Record<string, Check>>): Check {
  const checks = new Map<unknown, Check>(Object.entries(shapes));
  const expected = [...checks.keys()].join(' or ');
  return (value) => {
    if (!isRecord(value)) return ': expected an object';
    const check = checks.get(ownValue(value, tag));
    return check === undefined ? `.${tag}: expected ${expected}` : check(value);
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function ownValue(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
