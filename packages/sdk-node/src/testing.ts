import { readFileSync } from 'node:fs';
import { constantFlag, documentsOf, type FlagDefinition, type FlagFile, parseFlagFile } from '@tidegate/flag-file';
import type { AnyFlags, Context, FlagKey, JsonValue } from '@tidegate/sdk-core';
import { createFedClient } from '@tidegate/sdk-core/complete';
import { createNodeClient, type NodeClient } from './node-client.ts';
import { consoleLogger } from './node-platform.ts';
import { offlinePlatform } from './offline-platform.ts';

/** A client for tests: ready when it is made, without a server, a file watch or a clock that ages its flags. */
export interface TestClient<F extends object = AnyFlags> extends NodeClient<F> {
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
  const client = memoryClient(fileOf(file), Object.entries<JsonValue | undefined>(flags));
  // Types of flags exist only for the compiler: what is served is of the default's type, whatever they say.
  return client as unknown as TestClient<F>;
}

function memoryClient(file: FlagFile, values: readonly (readonly [string, JsonValue | undefined])[]): TestClient {
  const platform = offlinePlatform(consoleLogger);
  const fed = createFedClient({ platform, key: 'test', staleAfterMs: Number.MAX_SAFE_INTEGER });
  const constants = values.flatMap(([key, value]) =>
    value === undefined ? [] : [[key, constantFlag(value, file.flags[key])] as const],
  );
  const initial: FlagFile = { ...file, flags: { ...file.flags, ...Object.fromEntries(constants) } };
  let definitions: Readonly<Record<string, FlagDefinition>> = initial.flags;
  let revision = 0;
  let tracked: TrackedOutcome[] = [];

  const serve = (): void => {
    revision += 1;
    fed.take({ ...documentsOf({ ...initial, flags: definitions, revision }), environment: 'test' });
  };
  serve();
  return {
    ...createNodeClient(fed, platform),
    get tracked() {
      return tracked;
    },
    setFlag(flagKey, value) {
      definitions = { ...definitions, [flagKey]: constantFlag(value, definitions[flagKey]) };
      serve();
    },
    reset() {
      definitions = initial.flags;
      tracked = [];
      serve();
    },
    track(event, context, outcome = {}) {
      tracked.push({ event, context, value: outcome.value ?? 1 });
      fed.track(event, context, outcome);
    },
  };
}

function fileOf(file: string | FlagFile | undefined): FlagFile {
  if (file === undefined) return { flags: {} };
  return typeof file === 'string' ? parseFlagFile(readFileSync(file, 'utf8')) : file;
}
