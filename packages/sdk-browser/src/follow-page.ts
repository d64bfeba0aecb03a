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
const HIDDEN = 'visibilitychange';
const ASLEEP = ['freeze', 'pagehide'];
const AWAKE = ['resume', 'pageshow'];

/** Gives what ends it. */
export function followPage({ events, pause, start }: CoreClient): () => void {
  const follow = ({ type }: Event): void => {
    if (AWAKE.includes(type)) start();
    else if (type !== HIDDEN || document.visibilityState === 'hidden') {
      events.sendNow();
      if (type !== HIDDEN) pause();
    }
  };
  const each = (act: typeof addEventListener): void => {
    for (const word of [HIDDEN, ...ASLEEP, ...AWAKE]) act(word, follow, word !== HIDDEN);
  };
  each(addEventListener);
  return () => each(removeEventListener);
}
