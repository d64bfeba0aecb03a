import type { JsonValue } from '@tidegate/sdk-core';

/** The values that this tab gives to flags, whatever they are. They outlive a reload and not the tab. */
export interface Overrides {
  all(): Readonly<Record<string, JsonValue>>;
  /** Undefined lets the flag answer for itself again. */
  set(flagKey: string, value: JsonValue | undefined): void;
  /** This page's address, with the overrides in it. */
  link(): string;
  onChange(listener: (flagKeys: readonly string[]) => void): () => void;
}

const PARAMETER = 'tidegate';
const STORED_AS = 'tidegate-overrides';

/** Begins with those of the page's address, which take the place of those that the tab had. */
export function createOverrides(): Overrides {
  const listeners = new Set<(flagKeys: readonly string[]) => void>();
  const linked = parse(new URL(location.href).searchParams.get(PARAMETER));
  let values = linked ?? parse(load()) ?? {};
  if (linked) save(values);
  return {
    all: () => values,
    set(flagKey, value) {
      const { [flagKey]: _, ...others } = values;
      values = value === undefined ? others : { ...others, [flagKey]: value };
      save(values);
      for (const listener of [...listeners]) listener([flagKey]);
    },
    link() {
      const url = new URL(location.href);
      url.searchParams.set(PARAMETER, JSON.stringify(values));
      return url.href;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Undefined for what is no JSON object. */
function parse(text: string | null): Readonly<Record<string, JsonValue>> | undefined {
  try {
    const value: JsonValue = JSON.parse(text ?? '');
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    // JSON's objects are records of JSON.
    return isObject ? (value as Readonly<Record<string, JsonValue>>) : undefined;
  } catch {
    return undefined;
  }
}

function load(): string | null {
  try {
    return sessionStorage.getItem(STORED_AS);
  } catch {
    // A page that may store nothing has overrides until it is loaded anew.
    return null;
  }
}

function save(values: Readonly<Record<string, JsonValue>>): void {
  try {
    sessionStorage.setItem(STORED_AS, JSON.stringify(values));
  } catch {
    // As above.
  }
}
