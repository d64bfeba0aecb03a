import { explainIssues as explainAllIssues } from '@tidegate/protocol';
import type * as z from 'zod';
import { pointerOf } from './pointer.ts';

/** More than one screen of mistakes is read one screen at a time. */
const ERRORS_MAX = 20;

/** What a schema found, as JSON Pointers and sentences. */
export function explainIssues(error: z.ZodError): { pointer: string; detail: string }[] {
  return explainAllIssues(error)
    .slice(0, ERRORS_MAX)
    .map(({ path, detail }) => ({ pointer: pointerOf(path), detail }));
}
