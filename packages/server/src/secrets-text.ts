import * as z from 'zod';

/** A secret where its name belongs would be told by whatever tells the name. */
const nameSchema = z.string().regex(/^(?!whsec_)[A-Za-z0-9_-]{1,64}$/);

/**
 * A variable of secrets by name, in JSON. What is wrong with it is told by where it stands and by nothing that stands
 * there: a secret and its name may have changed places, and a message about what is not JSON would have a piece of it.
 */
export function secretsText<Secret>(secretSchema: z.ZodType<Secret>, form: string) {
  const schema = z.record(nameSchema, secretSchema);
  return z.string().transform((text, context): Readonly<Record<string, Secret>> => {
    const json = parse(text);
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    const names = typeof json === 'object' && json !== null ? Object.keys(json) : [];
    const places = new Set(parsed.error.issues.map(({ path }) => placeOf(path, names)));
    context.addIssue({ code: 'custom', message: `expected ${form}: see ${[...places].join(', ')}` });
    return z.NEVER;
  });
}

function placeOf([name, ...members]: readonly PropertyKey[], names: readonly string[]): string {
  if (name === undefined) return 'the JSON';
  return [`entry ${names.indexOf(String(name)) + 1}`, ...members].join('.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
