import { stripVTControlCharacters } from 'node:util';

/**
 * Text that somebody else typed (a reason, a name, a description), made safe to print: one line, and no control
 * characters, so that a flag's description cannot move the cursor or rewrite what a terminal shows.
 */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '');
}

/** Columns that a text takes on the screen: colours take none. */
export function visibleWidth(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** `1 unit`, `2 units`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** 22871 as `22 871`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** An instant as `2026-03-01 14:03:05Z`. */
export function formatInstant(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** A JSON value on one line, safe to print. */
export function formatJson(value: unknown): string {
  return printable(JSON.stringify(value) ?? 'nothing');
}
