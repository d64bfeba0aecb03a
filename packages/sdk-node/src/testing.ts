import { readFileSync } from 'node:fs';
import { constantFlag, documentsOf, type FlagDefinition, type FlagFile, parseFlagFile } from '@tidegate/flag-file';
import type { AnyFlags, Client, Context, Explanation, FlagKey, JsonValue } from '@tidegate/sdk-core';
import { explainWith, FedClient } from '@tidegate/sdk-core/complete';
import { consoleLogger } from './node-platform.ts';
import { offlinePlatform } from './offline-platform.ts';

/** A client for tests: ready when it is made, without a server, a file watch or a clock that ages its flags. */
export interface TestClient<F extends object = AnyFlags> extends Client<F> {
  /** Serves a value to everybody, from the next line on; `change` is emitted as by a server. */
  setFlag<K extends FlagKey<F>>(flagKey: K, value: F[K]): void;
  /** Forgets what `setFlag` set and what was tracked. */
  reset(): void;
  /** What `track` was called with since the beginning or the last `reset`. */
  readonly tracked: readonly TrackedOutcome[];
}

export interface TrackedOutcome {
  readonly event: string;
  readonly context: Context;
  readonly value: number;
}

export interface TestClientOptions<F extends object> {
  /** Values that everybody is served. */
  readonly flags?: Partial<F> | undefined;
  /** The path of a `tidegate.json`, or what is in one: its rules answer for what `flags` does not name. */
  readonly file?: string | FlagFile | undefined;
}

/** @throws what reading or parsing the file throws. */
export function createTestClient<F extends object = AnyFlags>(options: TestClientOptions<F> = {}): TestClient<F> {
  const { flags = {}, file } = options;
  const client = new MemoryClient(fileOf(file), Object.entries<JsonValue | undefined>(flags));
  // Types of flags exist only for the compiler: what is served is of the default's type, whatever they say.
  return client as TestClient as unknown as TestClient<F>;
}

class MemoryClient extends FedClient implements TestClient {
  readonly #initial: FlagFile;
  #definitions: Readonly<Record<string, FlagDefinition>>;
  #revision = 0;
  #tracked: TrackedOutcome[] = [];

  constructor(file: FlagFile, values: readonly (readonly [string, JsonValue | undefined])[]) {
    super({ platform: offlinePlatform(consoleLogger), key: 'test', staleAfterMs: Number.MAX_SAFE_INTEGER });
    const constants = values.flatMap(([key, value]) =>
      value === undefined ? [] : [[key, constantFlag(value, file.flags[key])] as const],
    );
    this.#initial = { ...file, flags: { ...file.flags, ...Object.fromEntries(constants) } };
    this.#definitions = this.#initial.flags;
    this.#serve();
  }

  get tracked(): readonly TrackedOutcome[] {
    return this.#tracked;
  }

  setFlag(flagKey: string, value: JsonValue): void {
    const flag = constantFlag(value, this.#definitions[flagKey]);
    this.#definitions = { ...this.#definitions, [flagKey]: flag };
    this.#serve();
  }

  reset(): void {
    this.#definitions = this.#initial.flags;
    this.#tracked = [];
    this.#serve();
  }

  override track(event: string, context: Context, outcome: { readonly value?: number } = {}): void {
    this.#tracked.push({ event, context, value: outcome.value ?? 1 });
    super.track(event, context, outcome);
  }

  explain(flagKey: string, context: Context): Explanation | undefined {
    return explainWith(this.evaluator, flagKey, context);
  }

  #serve(): void {
    this.#revision += 1;
    const file = { ...this.#initial, flags: this.#definitions, revision: this.#revision };
    this.take({ ...documentsOf(file), environment: 'test' });
  }
}

function fileOf(file: string | FlagFile | undefined): FlagFile {
  if (file === undefined) return { flags: {} };
  return typeof file === 'string' ? parseFlagFile(readFileSync(file, 'utf8')) : file;
}
