/** Which points a judgement looks at. */
export interface WindowRule {
  readonly intervalMs: number;
  /** Left out at the start, while caches warm up. */
  readonly beginAfterMs: number;
  /** How far each judgement looks back; to the start, growing, when absent. */
  readonly lookbackMs?: number;
  /** Control's window is this much earlier: a control of another time of day, and so a weaker one. */
  readonly controlOffsetMs: number;
}

export interface JudgementWindow {
  readonly treatment: TimeRange;
  readonly control: TimeRange;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The window of the n-th judgement, from 1 on; instants count from the start of the release. */
export function judgementWindow(rule: WindowRule, n: number): JudgementWindow {
  const { intervalMs, beginAfterMs, lookbackMs, controlOffsetMs } = rule;
  const toMs = beginAfterMs + n * intervalMs;
  const fromMs = lookbackMs === undefined ? beginAfterMs : Math.max(beginAfterMs, toMs - lookbackMs);
  return {
    treatment: { fromMs, toMs },
    control: { fromMs: fromMs - controlOffsetMs, toMs: toMs - controlOffsetMs },
  };
}
