import { type FlagDefinition, type FlagFile, flagOf } from '@tidegate/flag-file';
import { typeOfSchema } from './type-of-schema.ts';
import { typeOfValues } from './type-of-values.ts';
import { quoted, typeText, unionOf, type ValueType } from './value-type.ts';

const HEADER = `// Written by \`tidegate codegen\`: do not edit it, write it again.
// The flags and the types of their values, for \`createClient<Flags>(…)\` of the SDKs.
`;

const JSON_VALUE = `
/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };
`;

const REGISTER = `
declare module '@tidegate/sdk-browser/react' {
  interface Register {
    readonly flags: Flags;
  }
}
`;

/**
 * A TypeScript module with the interface `Flags`. It depends on the flags alone: not on revisions, nor on their order.
 * With `forReact` the hooks know them too; that compiles only where `@tidegate/sdk-browser` is installed.
 */
export function flagsModule({ flags }: FlagFile, { forReact = false }: { readonly forReact?: boolean } = {}): string {
  const keys = Object.keys(flags).toSorted();
  const types = keys.map((key) => typeText(typeOfFlag(key, flags[key] ?? {})));
  const members = keys.map((key, index) => `${comment(flags[key] ?? {})}  readonly ${quoted(key)}: ${types[index]};\n`);
  const isJsonNeeded = types.some((type) => type.includes('JsonValue'));
  const parts = [forReact ? REGISTER : '', isJsonNeeded ? JSON_VALUE : ''];
  return `${HEADER}\nexport interface Flags {\n${members.join('')}}\n${parts.join('')}`;
}

/**
 * A text flag is one of its values: code tells them apart, and has to be written for each. A number flag is any number:
 * it is there to be tuned, and code calculates with it.
 */
function typeOfFlag(key: string, definition: FlagDefinition): ValueType {
  const { kind, variations } = flagOf(key, definition, 0);
  switch (kind) {
    case 'boolean':
    case 'number':
      return { kind };
    case 'string':
      return textType(variations.map(({ value }) => value));
    case 'json':
      return definition.valueSchema === undefined
        ? typeOfValues(variations.map(({ value }) => value))
        : typeOfSchema(definition.valueSchema);
    default:
      throw kind satisfies never;
  }
}

function textType(values: readonly unknown[]): ValueType {
  const texts = [...new Set(values.filter((value) => typeof value === 'string'))].toSorted();
  return texts.length === 0 ? { kind: 'string' } : unionOf(texts.map((value) => ({ kind: 'literal', value })));
}

function comment({ description = '' }: FlagDefinition): string {
  const line = description.replaceAll(/\s+/g, ' ').replaceAll('*/', '*\\/').trim();
  return line === '' ? '' : `  /** ${line} */\n`;
}
