export { buildFlag } from './build-flag.ts';
export { buildSegment } from './build-segment.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { type SeededRandom, seededRandom } from './seeded-random.ts';
export { type StartPostgresOptions, startPostgres, type TestPostgres } from './start-postgres.ts';
