import type { MetricWindow, SecretReference } from '@tidegate/protocol';
import type { ErrorClass } from './metric-provider.ts';

/** What one provider has of its own: everything else about asking it is `askingProvider`. All of it is pure. */
export interface QueryLanguage<Settings> {
  /** An argument as it stands in a query; undefined where the language has no way to say it. */
  escapeArgument(argument: string): string | undefined;
  headersOf(settings: Settings, secretOf: (reference: SecretReference) => string): Readonly<Record<string, string>>;
  requestOf(query: string, asked: AskedPart<Settings>): ProviderRequest;
  /** Reads the JSON of an answer of status 200. */
  read(json: unknown, query: string): Reading;
  /** What the JSON of a refusal says more than its status does. */
  readRefusal(json: unknown): { readonly class?: ErrorClass; readonly message?: string };
}

/** The texts of a query, under the names that they have there. */
export type Part = 'value' | 'sampleSize' | 'events' | 'units';

export interface AskedPart<Settings> {
  readonly part: Part;
  readonly window: MetricWindow;
  readonly settings: Settings;
}

export interface ProviderRequest {
  readonly method: 'GET' | 'POST';
  /** Below the provider's address. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Reading =
  /** `atMs`: how far the data reaches, where the provider says so. */
  | { readonly kind: 'number'; readonly value: number; readonly atMs?: number; readonly warnings?: readonly string[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'error'; readonly class: ErrorClass; readonly message: string };

export function malformed(message: string): Reading {
  return { kind: 'error', class: 'malformed', message };
}
