import type { Context } from '@tidegate/evaluation';
import { isRecord } from '../json-record.ts';
import { UnreadableFile } from '../unreadable-file.ts';
import { topName } from './attribute-path.ts';

/**
 * The attributes that GrowthBook's SDKs are given, as imported rules read them: `id` is the targeting key, and a dot in
 * the name of an attribute is no path (`a.b` becomes `a~1b`).
 *
 * @throws UnreadableFile for what is no object.
 */
export function growthBookContext(json: unknown): Context {
  if (!isRecord(json)) throw new UnreadableFile('expected attributes as an object');
  const attributes = Object.fromEntries(Object.entries(json).map(([name, value]) => [topName(name), value]));
  // Its values came as JSON; an id that is no key is no unit, as evaluation finds for itself.
  return attributes as Context;
}
