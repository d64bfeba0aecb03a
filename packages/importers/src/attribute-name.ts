/**
 * A vendor's attribute names as names in a Tidegate path, where dots separate: `~` is written `~0`, a dot `~1`, and no
 * name at all `~`. A name that Tidegate gives a meaning of its own gets a `~` in front. No two names become one.
 */
export function attributeName(name: string, reserved: ReadonlySet<string> = NOTHING): string {
  if (reserved.has(name)) return `~${name}`;
  return name === '' ? '~' : name.replaceAll('~', '~0').replaceAll('.', '~1');
}

const NOTHING: ReadonlySet<string> = new Set();
