import type { BrowserClient } from '../browser-client.ts';

/** A page that fails in a loop says no more by its thousandth error. */
const ERRORS_MAX = 20;

/**
 * Reports each uncaught error and unhandled rejection of the page as the outcome `page-error`, for metrics and guards.
 * Nothing of the error itself is sent. Gives what ends it.
 */
export function reportPageErrors(client: Pick<BrowserClient, 'track'>): () => void {
  let count = 0;
  const report = (): void => {
    count += 1;
    if (count <= ERRORS_MAX) client.track('page-error');
  };
  const words = ['error', 'unhandledrejection'];
  for (const word of words) addEventListener(word, report);
  return () => {
    for (const word of words) removeEventListener(word, report);
  };
}
