import { flagsOf } from '@tidegate/evaluation';
import type { Storage } from '../../storage/storage.ts';
import { readCurrentFlags } from '../documents/index.ts';

interface Known {
  readonly revision: number;
  readonly keys: Promise<ReadonlySet<string>>;
}

/**
 * The keys of the flags that some flag asks, by environment. They take all flags to be told, so they are kept until the
 * environment changes: whoever reads the stale flags page by page reads thousands of flags once, and not for each page.
 */
export class AskedFlags {
  readonly #storage: Storage;
  readonly #known = new Map<string, Known>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async of(environment: string): Promise<ReadonlySet<string>> {
    const revision = await this.#storage.currentRevision(environment);
    const known = this.#known.get(environment);
    if (known?.revision === revision) return known.keys;
    const keys = this.#read(environment);
    this.#known.set(environment, { revision, keys });
    // A failed read must not be remembered: the next caller tries again.
    keys.catch(() => this.#known.delete(environment));
    return keys;
  }

  async #read(environment: string): Promise<ReadonlySet<string>> {
    const flags = await readCurrentFlags(this.#storage, environment);
    return new Set([...flags.values()].flatMap(flagsOf));
  }
}
