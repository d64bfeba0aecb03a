import type { Variation } from '@tidegate/evaluation';

const SERVER_KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}$/;
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const RULE = 'letters, digits, dots, underscores and hyphens, at most 128';

/** Whether a server takes it for the key of a flag, a variation or a rule. */
export function isServerKey(key: string): boolean {
  return SERVER_KEY.test(key) && !FORBIDDEN.has(key);
}

/** What the reader of a report should know of a flag's names: a file takes any, a server does not. */
export function keyReasons(key: string, variations: readonly Variation[] = []): readonly string[] {
  const names = variations.map((variation) => variation.key).filter((name) => !isServerKey(name));
  return [
    ...(isServerKey(key)
      ? []
      : [`A server does not take the key ${JSON.stringify(key)} (${RULE}): the flag works from a file only.`]),
    ...names.map((name) => `A server does not take the variation ${JSON.stringify(name)} (${RULE}).`),
  ];
}
