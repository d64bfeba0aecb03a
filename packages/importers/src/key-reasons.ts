const SERVER_KEY = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}$/;
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** What the reader of a report should know of a flag's key: a file takes any, a server does not. */
export function keyReasons(key: string): readonly string[] {
  if (SERVER_KEY.test(key) && !FORBIDDEN.has(key)) return [];
  return [
    `A server does not take the key ${JSON.stringify(key)} (letters, digits, dots, underscores and hyphens, at most 128): the flag works from a file only.`,
  ];
}
