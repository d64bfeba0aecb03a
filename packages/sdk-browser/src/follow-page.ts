import type { EventReporter } from './event-reporter.ts';
import type { Line } from './follow-server.ts';

/**
 * The life of a page (https://developer.chrome.com/docs/web-platform/page-lifecycle-api), as far as it concerns an SDK:
 *
 *     visible ─▶ hidden              what was recorded is sent: nothing else is certain to come
 *     hidden ─▶ frozen, or left      the line is given up: a page with one is not kept for the way back
 *     resumed, or come back          the server is asked anew; what is held answers meanwhile
 *
 * The window hears of being hidden after the document, where page scripts have had their last word. What does not rise
 * from there (`freeze`, `resume`) it hears on its way down. A worker has none of these.
 */
export function followPage({ sendNow }: EventReporter, { start, stop }: Line, signal: AbortSignal): void {
  const listen = (words: readonly string[], listener: () => void, capture = true): void => {
    for (const word of words) addEventListener(word, listener, { capture, signal });
  };
  const hide = (): void => {
    if (document.visibilityState === 'hidden') sendNow();
  };
  const sleep = (): void => {
    sendNow();
    stop('idle');
  };
  listen(['visibilitychange'], hide, false);
  listen(['freeze', 'pagehide'], sleep);
  listen(['resume', 'pageshow'], start);
}
