import type { Context, JsonValue } from '@tidegate/evaluation';
import { isRecord, type JsonRecord } from '../json-record.ts';

/** Fields that Unleash also reads from the context alone, passing over its properties. */
const TOP_FIELDS: ReadonlySet<string> = new Set(['userId', 'sessionId', 'remoteAddress', 'currentTime']);

/**
 * A context of Unleash (`userId`, `sessionId`, `remoteAddress`, `environment`, `appName`, `currentTime`, `properties`)
 * as imported rules read it, and rules of your own: properties become attributes beside the others, which come first,
 * and `userId` is also the `targetingKey`. Give `appName` and `environment` where your SDK is configured with them: it
 * adds them to every context by itself.
 */
export function unleashContext(context: unknown): Context {
  if (!isRecord(context)) return {};
  const top = entriesOf(context);
  const names = new Set(top.map(([name]) => name));
  // A list and a text have members too; Unleash asks no further what its properties are.
  const nested = entriesOf(Object(context['properties'] ?? {})).filter(([name]) => !names.has(name));
  const properties = nested.filter(([name]) => TOP_FIELDS.has(name));
  const { userId } = context;
  const isUser = (typeof userId === 'string' && userId !== '') || Number.isFinite(userId);
  return Object.fromEntries<JsonValue>([
    ...top,
    ...nested.filter(([name]) => !TOP_FIELDS.has(name)),
    ...(properties.length > 0 ? [['properties', Object.fromEntries(properties)] as const] : []),
    // Either a text or a number.
    ...(isUser ? [['targetingKey', userId as string | number] as const] : []),
  ]);
}

function entriesOf(record: JsonRecord): [string, JsonValue][] {
  return Object.entries(record).flatMap(([name, value]): [string, JsonValue][] => {
    if (name === 'properties' || name === 'targetingKey' || name in Object.prototype) return [];
    return value === undefined || value === null ? [] : [[name, attributeOf(name, value)]];
  });
}

/** Unleash compares fields as texts, so that is all that is left of lists and objects: no path leads into them. */
function attributeOf(name: string, value: unknown): JsonValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (name === 'currentTime' && value instanceof Date) return Number.isNaN(value.getTime()) ? '?' : value.toISOString();
  // It came as JSON, or in its place, and is asked for as it is.
  return TOP_FIELDS.has(name) ? (value as JsonValue) : writtenAsText(value);
}

function writtenAsText(value: unknown): string {
  try {
    return String(value);
  } catch {
    // An object with a `toString` of its own, on which Unleash would fail.
    return '';
  }
}
