import { FlagdCore } from '@openfeature/flagd-core';
import type { FlagKind, JsonValue } from '@tidegate/evaluation';
import { vi } from 'vitest';

/** What the caller falls back on, by the type that it asks for. */
export const CALLER_DEFAULTS = { boolean: true, string: "the caller's", number: 42, json: { callers: true } } as const;

export interface FlagdAnswer {
  readonly value: JsonValue;
  readonly variant: string | undefined;
  readonly isError: boolean;
}

const silent = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {} };

/** flagd's own evaluator over a file: the oracle of the importer's tests. Throws what it throws for the file. */
export function flagdCoreOf(json: unknown): (key: string, kind: FlagKind, context: object) => FlagdAnswer {
  const core = new FlagdCore(undefined, silent);
  core.setConfigurations(JSON.stringify(json));
  return (key, kind, context) => {
    try {
      const { value, variant, reason } = resolve(core, { key, kind, context });
      return { value, variant, isError: reason === 'ERROR' };
    } catch {
      // OpenFeature's client answers with the caller's default then.
      return { value: CALLER_DEFAULTS[kind], variant: undefined, isError: true };
    }
  };
}

/** The evaluator reads the clock by itself. */
export function atInstant(nowMs: number, ask: () => void): void {
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] });
  try {
    ask();
  } finally {
    vi.useRealTimers();
  }
}

function resolve(
  core: FlagdCore,
  { key, kind, context }: { readonly key: string; readonly kind: FlagKind; readonly context: object },
): { readonly value: JsonValue; readonly variant?: string; readonly reason?: string } {
  // Contexts of the tests have whatever JSON has.
  const given = context as never;
  switch (kind) {
    case 'boolean':
      return core.resolveBooleanEvaluation(key, CALLER_DEFAULTS.boolean, given, silent);
    case 'string':
      return core.resolveStringEvaluation(key, CALLER_DEFAULTS.string, given, silent);
    case 'number':
      return core.resolveNumberEvaluation(key, CALLER_DEFAULTS.number, given, silent);
    case 'json':
      // The SDK's own JSON may be written to; ours is the same, and never is.
      return core.resolveObjectEvaluation(key, CALLER_DEFAULTS.json as never, given, silent);
    default:
      return kind satisfies never;
  }
}
