import { malformed, type Reading } from './query-language.ts';

/**
 * The number at a JSON Pointer (RFC 6901, as the fragment of an address: its section 6). `null` and an empty list are
 * empty; a text that looks like a number is not one, and a pointer to nowhere is malformed: the answer has another shape
 * than was expected.
 */
export function readNumberAt(json: unknown, pointer: string): Reading {
  let value = json;
  for (const name of namesOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return malformed(`The answer has nothing at ${pointer}.`);
    }
    // A property that the object has of its own.
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  if (value === null || (Array.isArray(value) && value.length === 0)) return { kind: 'empty' };
  if (typeof value === 'number') return { kind: 'number', value };
  return malformed(`Expected a number at ${pointer || 'the root'}; came ${JSON.stringify(value)}.`);
}

function namesOf(pointer: string): readonly string[] {
  const names = decode(pointer).split('/').slice(1);
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** An address below the provider's, and the pointer into the answer that stands behind its `#`. */
export function splitAddress(text: string): { readonly path: string; readonly pointer: string } {
  const [path = '', ...rest] = text.trim().split('#');
  // One slash: with none the host would go on, and two would begin another.
  return { path: `/${path.replace(/^\/+/, '')}`, pointer: rest.join('#') };
}
