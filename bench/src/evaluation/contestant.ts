import type { FlagSpec, Person, RulesSpec } from './flag-spec.ts';

/** One SDK (or floor) in the benchmark: how it writes the flags, and how it is asked. Offline, reporting nothing. */
export interface Contestant {
  /** The flags in its own format, as text: what a server would send it. */
  readonly write: (spec: RulesSpec) => string;
  /** From that text to a client that answers. */
  readonly load: (text: string, keys: FlagKeys) => Promise<LoadedClient>;
}

/** Of which flags there are, for who cannot tell: those of the kind `rules` are texts. */
export interface FlagKeys {
  readonly flags: readonly Pick<FlagSpec, 'key' | 'kind'>[];
}

export interface LoadedClient {
  /** Contexts are made beforehand; the function asks for the one of that index. */
  readonly asking: (
    flagKey: string,
    kind: 'boolean' | 'string',
    people: readonly Person[],
  ) => (index: number) => unknown;
  /** All flags' values for one context, in whatever container it gives. */
  readonly askingAll: (people: readonly Person[]) => (index: number) => unknown;
  /** What it was not made for. */
  readonly lacks?: 'prerequisites';
  readonly close?: () => unknown;
}

/** A benchmark's only error is to measure something else than it says. */
export const silent = { debug() {}, info() {}, warn() {}, error() {}, log() {}, trace() {} };

/** Nothing listens here: what tries to report anyway fails at once. */
export const NOWHERE = 'http://127.0.0.1:9';
