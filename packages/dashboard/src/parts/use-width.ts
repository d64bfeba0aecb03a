import { type RefObject, useEffect, useRef, useState } from 'react';

/** How wide an element is, for charts whose text must not be stretched. */
export function useWidth<Kind extends Element>(): { readonly ref: RefObject<Kind | null>; readonly width: number } {
  const ref = useRef<Kind>(null);
  const [width, setWidth] = useState(600);
  useEffect(() => {
    if (ref.current === null) return;
    const watcher = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.max(200, Math.floor(entry.contentRect.width)));
    });
    watcher.observe(ref.current);
    return () => watcher.disconnect();
  }, []);
  return { ref, width };
}
