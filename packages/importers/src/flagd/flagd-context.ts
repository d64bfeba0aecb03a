import type { Context } from '@tidegate/evaluation';
import { isRecord } from '../json-record.ts';

/** A context of OpenFeature, as flagd is given it, is one of ours: `targetingKey` and attributes, nested as they are. */
export function flagdContext(context: unknown): Context {
  // Values that are no JSON stay: JsonLogic reads whatever is there.
  return isRecord(context) ? (context as Context) : {};
}
