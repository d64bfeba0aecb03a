import { UsageError } from '../errors.ts';

export interface VariationOption {
  readonly key: string;
  readonly value: unknown;
}

/** `--variation small=10` of a number flag as `{key: 'small', value: 10}`: the flag's kind says how to read the value. */
export function readVariation(text: string, kind: string): VariationOption {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`--variation ${text}: expected a key and a value, like small=10.`);
  const key = text.slice(0, at);
  const typed = text.slice(at + 1);
  return { key, value: kind === 'string' ? typed : readJson(typed, text, kind) };
}

function readJson(typed: string, text: string, kind: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    throw new UsageError(`--variation ${text}: the value of a ${kind} flag is read as JSON, and this is none.`);
  }
}
