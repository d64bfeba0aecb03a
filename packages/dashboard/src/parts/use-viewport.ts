import { type RefObject, useEffect, useState } from 'react';

/** What of an element that scrolls by itself is seen, in CSS pixels. */
export interface Seen {
  readonly scrollTop: number;
  readonly height: number;
}

/** Before it is measured: more than most screens have. */
const UNMEASURED: Seen = { scrollTop: 0, height: 800 };

export function useViewport(box: RefObject<HTMLElement | null>): Seen {
  const [seen, setSeen] = useState(UNMEASURED);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = () => setSeen({ scrollTop: element.scrollTop, height: element.clientHeight });
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box]);
  return seen;
}
