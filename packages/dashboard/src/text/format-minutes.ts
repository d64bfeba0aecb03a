/** Minutes as people say them: `40 s`, `12 min`, `3.5 h`. */
export function formatMinutes(minutes: number): string {
  if (minutes < 1) return `${Math.round(minutes * 60)} s`;
  if (minutes < 120) return `${Number(minutes.toPrecision(2))} min`;
  return `${Number((minutes / 60).toPrecision(2))} h`;
}
