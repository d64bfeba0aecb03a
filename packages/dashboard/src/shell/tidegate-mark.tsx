import type { ReactNode } from 'react';

/** A gate over two waves. */
export function TidegateMark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path d="M3 3v12M21 3v12M3 6h18M8 6v7M12 6v5M16 6v7" />
      <path
        className="wave"
        d="M2 17c2.5-2 4.5-2 7 0s4.500 2 7 0 4-1.600 6-.4M2 21c2.500-2 4.500-2 7 0s4.500 2 7 0 4-1.600 6-.4"
      />
    </svg>
  );
}
