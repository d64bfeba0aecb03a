import type { CoreClient } from '@tidegate/sdk-core';

/**
 * The life of a page (https://developer.chrome.com/docs/web-platform/page-lifecycle-api), as far as it concerns an SDK:
 *
 *     visible ─▶ hidden              what was recorded is sent: nothing else is certain to come
 *     hidden ─▶ frozen, or left      the line is given up: a page with one is not kept for the way back
 *     resumed, or come back          the server is asked anew; what is held answers meanwhile
 *
 * All of them reach the window, where page scripts have usually heard them first and had their last word. A worker has
 * none of them.
 */
const WORDS = ['visibilitychange', 'freeze', 'pagehide', 'resume', 'pageshow'];

/** Gives what ends it. */
export function followPage({ events, pause, start }: CoreClient): () => void {
  const follow = ({ type }: Event): void => {
    if (type === 'pageshow' || type === 'resume') start();
    else if (type !== WORDS[0] || document.visibilityState === 'hidden') {
      events.sendNow();
      if (type !== WORDS[0]) pause();
    }
  };
  for (const word of WORDS) addEventListener(word, follow);
  return () => {
    for (const word of WORDS) removeEventListener(word, follow);
  };
}
