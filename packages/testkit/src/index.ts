export { type BatchParts, type BuiltExposure, type BuiltOutcome, buildBatch } from './build-batch.ts';
export { buildFlag } from './build-flag.ts';
export { buildRolloutView } from './build-rollout-view.ts';
export { buildSegment } from './build-segment.ts';
export { findProxy } from './find-proxy.ts';
export {
  answered,
  InMemoryStream,
  InMemoryWire,
  type WireFaults,
  type WireOutcome,
  type WireRequest,
} from './in-memory-wire.ts';
export { type ManualClock, manualClock } from './manual-clock.ts';
export { type ManualTime, manualTime } from './manual-time.ts';
export {
  problemReply,
  type ScriptedReply,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts';
export { type SeededRandom, seededRandom } from './seeded-random.ts';
export { startHaproxy, type TestHaproxy } from './start-haproxy.ts';
export { startNginx, type TestNginx } from './start-nginx.ts';
export { type StartPostgresOptions, startPostgres, type TestPostgres } from './start-postgres.ts';
export {
  findPrometheus,
  type StartPrometheusOptions,
  startPrometheus,
  type TestPrometheus,
} from './start-prometheus.ts';
