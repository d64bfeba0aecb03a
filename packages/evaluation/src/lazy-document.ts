/** All fields of flags and segments but their key. */
const FIELDS = [
  ...['kind', 'variations', 'enabled', 'offVariation', 'salt', 'prerequisites', 'targets', 'holdout', 'layer'],
  ...['rules', 'fallthrough', 'clientSide', 'unit', 'included', 'excluded', 'condition', 'revision'],
];

/**
 * A flag or segment that is held as the JSON that it came as, until somebody reads more of it than its key: then it
 * becomes the document, and the text is let go. Most are only ever planned, for which `content` is enough.
 */
export class LazyDocument {
  readonly key: string;
  #text: string | undefined;

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
