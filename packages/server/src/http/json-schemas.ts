import * as z from 'zod';

type JsonObject = Record<string, unknown>;

/** `input` is what may be sent (defaults may be left out), `output` what is answered (they are there). */
export type Direction = 'input' | 'output';

const DEFINITIONS = '#/$defs/';
const COMPONENTS = '#/components/schemas/';

/**
 * Zod schemas as JSON Schema 2020-12, the language of OpenAPI 3.1, with every schema that has an `id` told once among
 * the components. A schema that reads differently when sent and when answered is told twice, sent as `…Input`.
 */
export class JsonSchemas {
  readonly #definitions: Record<Direction, Map<string, JsonObject>> = { input: new Map(), output: new Map() };
  readonly #references: { readonly schema: JsonObject; readonly direction: Direction }[] = [];

  /** The schema, or a reference to it. Its references are right only once `components` was called. */
  add(schema: z.ZodType, direction: Direction): JsonObject {
    const { $schema, $defs, ...json } = z.toJSONSchema(schema, { io: direction });
    for (const [id, definition] of Object.entries($defs ?? {})) {
      if (!this.#definitions[direction].has(id)) {
        this.#definitions[direction].set(id, { ...definition });
      }
    }
    const added: JsonObject = { ...json };
    this.#references.push({ schema: added, direction });
    return added;
  }

  components(): JsonObject {
    const differing = this.#differing();
    const nameOf = (id: string, direction: Direction) =>
      direction === 'input' && differing.has(id) ? `${id}Input` : id;
    const components: JsonObject = {};
    for (const direction of ['output', 'input'] as const) {
      for (const [id, definition] of this.#definitions[direction]) {
        rename(definition, (target) => nameOf(target, direction));
        components[nameOf(id, direction)] = definition;
      }
    }
    for (const { schema, direction } of this.#references) rename(schema, (target) => nameOf(target, direction));
    return components;
  }

  /** Ids that mean something else when sent than when answered, by themselves or through what they refer to. */
  #differing(): Set<string> {
    const { input, output } = this.#definitions;
    const shared = [...input.keys()].filter((id) => output.has(id));
    const textOf = (id: string) => JSON.stringify(input.get(id));
    const differing = new Set(shared.filter((id) => textOf(id) !== JSON.stringify(output.get(id))));
    for (let before = -1; before !== differing.size; ) {
      before = differing.size;
      for (const id of shared) {
        if ([...differing].some((other) => textOf(id).includes(`"${DEFINITIONS}${other}"`))) differing.add(id);
      }
    }
    return differing;
  }
}

/** Points every `$ref` inside at its component, in place. */
function rename(json: unknown, nameOf: (id: string) => string): void {
  if (typeof json !== 'object' || json === null) return;
  for (const [member, value] of Object.entries(json)) {
    if (member === '$ref' && typeof value === 'string' && value.startsWith(DEFINITIONS)) {
      Object.assign(json, { $ref: `${COMPONENTS}${nameOf(value.slice(DEFINITIONS.length))}` });
    } else {
      rename(value, nameOf);
    }
  }
}
