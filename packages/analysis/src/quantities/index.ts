/** Durations and shares as people type and read them, in plans, in commands and on pages alike. */
export { formatDuration, formatElapsed, parseDuration } from './duration.ts';
export { formatPercent, parsePercent } from './percent.ts';
