/** A TypeScript type of JSON values, as far as generated code says one. */
export type ValueType =
  | { readonly kind: 'json' | 'null' | 'boolean' | 'number' | 'string' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly of: ValueType }
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'union'; readonly of: readonly ValueType[] };

export interface Member {
  readonly name: string;
  readonly type: ValueType;
  readonly isOptional: boolean;
}

export const ANY_JSON: ValueType = { kind: 'json' };

export function unionOf(types: readonly ValueType[]): ValueType {
  const [only, ...others] = types;
  if (only === undefined || types.some(({ kind }) => kind === 'json')) return ANY_JSON;
  return others.length === 0 ? only : { kind: 'union', of: types };
}

/** The type as TypeScript: read-only, because what a client answers is shared by everyone who asks. */
export function typeText(type: ValueType): string {
  switch (type.kind) {
    case 'json':
      return 'JsonValue';
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return type.kind;
    case 'literal':
      return typeof type.value === 'string' ? quoted(type.value) : String(type.value);
    case 'list':
      return `readonly ${type.of.kind === 'union' ? `(${typeText(type.of)})` : listElement(type.of)}[]`;
    case 'object':
      return objectText(type.members);
    case 'union':
      return [...new Set(type.of.map(typeText))].join(' | ');
    default:
      throw type satisfies never;
  }
}

/** `readonly T[]` of a `readonly U[]` needs parentheses. */
function listElement(type: ValueType): string {
  return type.kind === 'list' ? `(${typeText(type)})` : typeText(type);
}

function objectText(members: readonly Member[]): string {
  if (members.length === 0) return '{ readonly [name: string]: JsonValue }';
  const texts = members.map(({ name, type, isOptional }) => {
    const written = /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
    return `readonly ${written}${isOptional ? '?' : ''}: ${typeText(type)}`;
  });
  return `{ ${texts.join('; ')} }`;
}

/** A text as a string literal; JSON's escapes are TypeScript's as well. */
export function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'")}'`;
}
