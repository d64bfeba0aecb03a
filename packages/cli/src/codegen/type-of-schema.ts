import type { JsonValue } from '@tidegate/evaluation';
import { ANY_JSON, type Member, unionOf, type ValueType } from './value-type.ts';

/** Keywords that narrow values in ways that no TypeScript type shows, or that narrow nothing. */
const WITHOUT_A_TYPE: ReadonlySet<string> = new Set([
  ...['$schema', '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'minLength', 'maxLength', 'pattern'],
  ...['minItems', 'maxItems', 'uniqueItems', 'minProperties', 'maxProperties'],
]);

/** Keywords that are understood here. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items'],
  ...WITHOUT_A_TYPE,
]);

/**
 * The type of a simple JSON Schema: types, enums, properties, lists of one kind. Of any other (references, combinations,
 * conditions) any JSON, which is never wrong. Members that a schema allows beside its properties are not told.
 */
export function typeOfSchema(schema: JsonValue): ValueType {
  if (!isObject(schema) || Object.keys(schema).some((keyword) => !UNDERSTOOD.has(keyword))) return ANY_JSON;
  const { type, enum: choices, const: constant } = schema;
  if (constant !== undefined) return literalOf(constant);
  if (Array.isArray(choices)) return unionOf(choices.map(literalOf));
  const names = Array.isArray(type) ? type : [type];
  return unionOf(names.map((name) => typeNamed(name, schema)));
}

type JsonObject = { readonly [name: string]: JsonValue };

function typeNamed(name: JsonValue | undefined, schema: JsonObject): ValueType {
  switch (name) {
    case 'boolean':
    case 'number':
    case 'string':
    case 'null':
      return { kind: name };
    case 'integer':
      return { kind: 'number' };
    case 'array':
      return { kind: 'list', of: schema['items'] === undefined ? ANY_JSON : typeOfSchema(schema['items']) };
    case 'object':
      return { kind: 'object', members: membersOf(schema) };
    default:
      return ANY_JSON;
  }
}

function membersOf({ properties, required }: JsonObject): readonly Member[] {
  if (!isObject(properties)) return [];
  const always = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties)
    .map(([name, schema]) => ({ name, type: typeOfSchema(schema), isOptional: !always.has(name) }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function literalOf(value: JsonValue): ValueType {
  if (value === null) return { kind: 'null' };
  return typeof value === 'object' ? ANY_JSON : { kind: 'literal', value };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
