interface Viewport {
  readonly scrollTop: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly rowCount: number;
}

/** Rows above and below what is seen, so that scrolling shows no gap before the next paint. */
const MARGIN_ROWS = 8;

/** Which rows of a list of equal ones have to be there: [first, end). A list of any length costs as much as a screen. */
export function visibleRange({ scrollTop, height, rowHeight, rowCount }: Viewport): { first: number; end: number } {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - MARGIN_ROWS);
  const end = Math.min(rowCount, Math.ceil((scrollTop + height) / rowHeight) + MARGIN_ROWS);
  return { first: Math.min(first, end), end };
}
