import { writtenAsText } from '../bucketings/written-as-text.ts';
import type { Context } from '../evaluation.ts';
import type { JsonValue } from '../json.ts';

/**
 * Where Unleash looks for a field: in the context itself, then in its `properties`, and the value is compared as a
 * text. A context in which nobody said `userId` may name the user as OpenFeature does.
 */
export function fieldReader(field: string): (context: Context) => string | undefined {
  const readTop = topReader(field);
  return (context) => {
    const { properties } = context;
    // An object's own and inherited members alike, as Unleash reads them; a name that is inherited is no field.
    const nested = isRecord(properties) ? properties[field] : undefined;
    const value = readTop(context) ?? nested;
    return value === undefined || value === null ? undefined : writtenAsText(value);
  };
}

/** A field that Unleash looks for in the context itself only, as it is. */
export function topReader(field: string): (context: Context) => JsonValue | undefined {
  if (field === 'userId') return (context) => context['userId'] ?? context.targetingKey;
  return (context) => context[field];
}

function isRecord(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null;
}
