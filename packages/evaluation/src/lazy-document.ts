import { type NamedReferences, NO_REFERENCES, readReferences } from './references.ts';

/** All fields of flags and segments but their key. */
const FIELDS = [
  ...['kind', 'variations', 'enabled', 'offVariation', 'salt', 'prerequisites', 'targets', 'holdout', 'layer'],
  ...['rules', 'fallthrough', 'clientSide', 'unit', 'included', 'excluded', 'condition', 'revision'],
];

/** A text without these refers to nothing; what is escaped may be any word. */
const REFERRING = ['"flag"', '"segment"', '"holdout"', '\\u'];

/**
 * A flag or segment that is held as the JSON that it came as, until somebody reads more of it than its key: then it
 * becomes the document, and the text is let go. Most are only ever planned, for which `content` is enough.
 */
export class LazyDocument {
  readonly key: string;
  #text: string | undefined;
  #references: NamedReferences | undefined;

  constructor(key: string, text: string) {
    this.key = key;
    this.#text = text;
  }

  /** The whole document, which is not kept. Throws a SyntaxError when the text is no JSON. */
  content(): unknown {
    if (this.#text === undefined) return this;
    const content = JSON.parse(this.#text);
    if (content.key !== this.key) throw new SyntaxError(`the document of "${this.key}" has another key`);
    return content;
  }

  /** The JSON of the document, as far as it is still held as such. */
  text(): string | undefined {
    return this.#text;
  }

  /** What it asks of others, remembered. Most ask nothing, which their text tells. */
  references(): NamedReferences {
    const isAlone = this.#text !== undefined && !REFERRING.some((word) => this.#text?.includes(word));
    this.#references ??= isAlone ? NO_REFERENCES : readReferences(this.content());
    return this.#references;
  }

  toJSON(): unknown {
    return this.content();
  }

  #become(): void {
    const content = this.content();
    this.#text = undefined;
    // Own properties, which are found before those below.
    for (const [name, value] of Object.entries(content as object)) {
      if (name !== 'key') Object.defineProperty(this, name, { value, enumerable: true });
    }
  }

  static {
    for (const name of FIELDS) {
      Object.defineProperty(LazyDocument.prototype, name, {
        get(this: LazyDocument) {
          if (this.#text === undefined) return undefined;
          this.#become();
          return Reflect.get(this, name);
        },
      });
    }
  }
}
