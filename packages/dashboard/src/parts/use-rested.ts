import { useEffect, useState } from 'react';

/** Longer than a row is in sight while one drags the scrollbar, shorter than a look at it. */
const REST_MS = 150;

/** Whether what asks has been in the page for a moment: what one only scrolls past need not be read. */
export function useRested(): boolean {
  const [isRested, setRested] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setRested(true), REST_MS);
    return () => clearTimeout(timer);
  }, []);
  return isRested;
}
