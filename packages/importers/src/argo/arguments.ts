import type { Members } from '../canaries/members.ts';
import { isRecord, type JsonRecord } from '../json-record.ts';

export type ArgumentValue =
  | { readonly kind: 'text'; readonly text: string }
  /** Its value is in no file; the reference is carried over. */
  | { readonly kind: 'secret'; readonly reference: JsonRecord }
  /** Something of Kubernetes that a flag has not: a field of the object, the hash of a pod template. */
  | { readonly kind: 'of-kubernetes'; readonly what: string };

/** By name; undefined for those that have no value yet. */
export function readArguments(args: readonly Members[]): ReadonlyMap<string, ArgumentValue | undefined> {
  return new Map(args.map((arg) => [arg.neededText('name'), argumentValue(arg)]));
}

function argumentValue(arg: Members): ArgumentValue | undefined {
  const text = arg.text('value');
  if (text !== undefined) return { kind: 'text', text };
  const from = arg.wholeRecord('valueFrom');
  if (from === undefined) return undefined;
  const secret = from['secretKeyRef'];
  if (isRecord(secret)) return { kind: 'secret', reference: secret };
  return { kind: 'of-kubernetes', what: Object.keys(from)[0] ?? 'valueFrom' };
}
