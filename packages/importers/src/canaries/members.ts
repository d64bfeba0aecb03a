import { isRecord, type JsonRecord } from '../json-record.ts';
import { Refusal } from '../refusal.ts';

/**
 * An object of somebody else's document, read member by member. A member of the wrong type refuses the object; members
 * that nobody has read can be named afterwards, so that nothing is dropped in silence. Null is absent, as in Kubernetes.
 */
export class Members {
  readonly path: string;
  readonly #record: JsonRecord;
  readonly #read = new Set<string>();
  readonly #children: Members[] = [];

  constructor(value: unknown, path: string) {
    if (!isRecord(value)) throw wrongType(path === '' ? 'The document' : path, 'an object', value);
    this.#record = value;
    this.path = path;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#record, name) && this.#record[name] !== null;
  }

  /** Whatever it is, whole: all below it counts as read. */
  whole(name: string): unknown {
    this.#read.add(name);
    return this.has(name) ? this.#record[name] : undefined;
  }

  wholeRecord(name: string): JsonRecord | undefined {
    return this.#typed(name, 'an object', isRecord);
  }

  text(name: string): string | undefined {
    return this.#typed(name, 'a text', (value) => typeof value === 'string');
  }

  number(name: string): number | undefined {
    return this.#typed(
      name,
      'a number',
      (value): value is number => typeof value === 'number' && Number.isFinite(value),
    );
  }

  /** A whole number from 0 on. */
  count(name: string): number | undefined {
    return this.#typed(name, 'a whole number from 0 on', isCount);
  }

  truth(name: string): boolean | undefined {
    return this.#typed(name, 'true or false', (value) => typeof value === 'boolean');
  }

  neededText(name: string): string {
    const text = this.text(name);
    if (text === undefined || text === '') throw new Refusal(`${this.pathOf(name)} is missing.`);
    return text;
  }

  members(name: string): Members | undefined {
    const value = this.whole(name);
    return value === undefined ? undefined : this.#child(value, this.pathOf(name));
  }

  /** The objects of a list; none when there is no list. */
  listOf(name: string): readonly Members[] {
    const list = this.#typed(name, 'a list', (value): value is unknown[] => Array.isArray(value)) ?? [];
    return list.map((value, index) => this.#child(value, `${this.pathOf(name)}[${index}]`));
  }

  /** The name that an object below has, without having read it. */
  peekName(name: string): string | undefined {
    const value = this.has(name) ? this.#record[name] : undefined;
    const called = isRecord(value) && Object.hasOwn(value, 'name') ? value['name'] : undefined;
    return typeof called === 'string' ? called : undefined;
  }

  /** Somebody has said of all of it what became of it. */
  settle(): void {
    for (const name of Object.keys(this.#record)) this.#read.add(name);
    this.#children.length = 0;
  }

  /** The paths of members that nobody has read, here and below. */
  unread(): readonly string[] {
    const own = Object.keys(this.#record).filter((name) => this.has(name) && !this.#read.has(name));
    return [...own.map((name) => this.pathOf(name)), ...this.#children.flatMap((child) => child.unread())];
  }

  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  #child(value: unknown, path: string): Members {
    const child = new Members(value, path);
    this.#children.push(child);
    return child;
  }

  #typed<T>(name: string, expected: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.whole(name);
    if (value === undefined || is(value)) return value;
    throw wrongType(this.pathOf(name), expected, value);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function wrongType(path: string, expected: string, value: unknown): Refusal {
  const came = Array.isArray(value) ? 'a list' : value === null ? 'null' : `of type ${typeof value}`;
  return new Refusal(`${path} must be ${expected}; it is ${came}.`);
}
