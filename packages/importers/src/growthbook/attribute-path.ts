import { attributeName } from '../attribute-name.ts';
import { Refusal } from '../refusal.ts';

/** GrowthBook's default unit, which is Tidegate's targeting key. */
const ID = 'id';
const RESERVED: ReadonlySet<string> = new Set(['targetingKey', '$now']);

/**
 * Where Tidegate finds an attribute that GrowthBook's conditions name by a path (`growthBookContext` puts it there):
 * only the first name is Tidegate's to read, the rest is walked as GrowthBook does.
 */
export function conditionPath(path: string): string {
  const [first = '', ...parts] = path.split('.');
  return [attributePath(first), ...parts].join('.');
}

/** Where the attribute that is hashed is found. It has no path: dots are part of its name. */
function attributePath(name: string): string {
  if (name in Object.prototype)
    throw new Refusal(`The attribute ${JSON.stringify(name)} means something to JavaScript.`);
  return topName(name);
}

export function hashAttributePath(name: string | undefined): string {
  return attributePath(name === undefined || name === '' ? ID : name);
}

export function topName(name: string): string {
  return name === ID ? 'targetingKey' : attributeName(name, RESERVED);
}
