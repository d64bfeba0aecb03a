import type { CoreClient } from '@tidegate/sdk-core';

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
export function followPage({ events, pause, start }: CoreClient, signal: AbortSignal): void {
  const sleep = (): void => {
    events.sendNow();
    pause();
  };
  const hide = (): void => {
    if (document.visibilityState === 'hidden') events.sendNow();
  };
  addEventListener('visibilitychange', hide, { signal });
  for (const word of ['freeze', 'pagehide']) addEventListener(word, sleep, { capture: true, signal });
  for (const word of ['resume', 'pageshow']) addEventListener(word, start, { capture: true, signal });
}
