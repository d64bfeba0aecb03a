export {
  type AccessKeyView,
  accessKeyViewSchema,
  createdAccessKeySchema,
  exchangedKeySchema,
  newAccessKeySchema,
  type OperatorRole,
  operatorRoleSchema,
} from './access-key.ts';
export {
  actorSchema,
  type ChangeView,
  type ChangeWithDocument,
  changeWithDocumentSchema,
  DIFF_STEPS_MAX,
  type DiffStep,
  type HistoryEntry,
  historyEntrySchema,
} from './change.ts';
export {
  CHANNELS_MAX,
  type ChannelKind,
  type ChannelOf,
  type ChannelSettings,
  type ChannelView,
  channelSettingsSchema,
  channelViewSchema,
  type Notice,
  type NoticeKind,
  type NoticeView,
  noticeKindSchema,
  noticeStateSchema,
  noticeViewSchema,
  type Sending,
  type SendingFailure,
  type Severity,
  sendingSchema,
} from './channel.ts';
export { CONDITION_DEPTH_MAX, CONDITION_LEAVES_MAX, CONDITION_VALUES_MAX, conditionSchema } from './condition.ts';
export { type ConnectionView, connectionViewSchema } from './connection.ts';
export type {
  Applied,
  Beat,
  Delta,
  DeltaChange,
  Hello,
  Resync,
  Snapshot,
  SnapshotRequest,
} from './delivery.ts';
export {
  appliedSchema,
  BEAT_INTERVAL_MS,
  beatSchema,
  deltaSchema,
  EVENTS_PATH,
  helloSchema,
  resyncSchema,
  SNAPSHOT_PATH,
  STREAM_PATH,
  snapshotRequestSchema,
  snapshotSchema,
} from './delivery.ts';
export { changeQuerySchema, changeReasonSchema, type DocumentViewFields, restoreSchema } from './document.ts';
export { type DocumentsAtRevision, documentsAtRevisionSchema } from './documents-at-revision.ts';
export {
  type EnvironmentChange,
  type EnvironmentSettings,
  type EnvironmentView,
  environmentChangeSchema,
  environmentIdSchema,
  environmentPatchSchema,
  environmentSettingsSchema,
  environmentViewSchema,
  isCriticalByDefault,
  newEnvironmentSchema,
} from './environment.ts';
export {
  BATCH_BYTES_MAX,
  BATCH_ROWS_MAX,
  BREAKER_ANSWER,
  eventBatchSchema,
  MISSING_FLAG,
  OVERRIDE_ANSWER,
} from './event-batch.ts';
export { explainIssues, type SchemaFlaw } from './explain-issues.ts';
export { contextSchema, type ExplanationView, explainRequestSchema, explanationViewSchema } from './explanation.ts';
export { flagSchema, RULES_MAX, TARGET_KEYS_MAX, VARIATIONS_MAX } from './flag.ts';
export {
  FALLTHROUGH,
  type FlagDocument,
  type FlagSettings,
  type FlagView,
  flagPatchSchema,
  flagSettingsSchema,
  flagViewSchema,
  type NewFlag,
  newFlagSchema,
  toggleSchema,
  type ValueSchema,
} from './flag-document.ts';
export { flagDefinitionSchema, flagFileJsonSchema, flagFileSchema, segmentDefinitionSchema } from './flag-file.ts';
export {
  type GuardTemplateSettings,
  type GuardTemplateView,
  templateSettingsSchema,
  templateViewSchema,
} from './guard-template.ts';
export { JSON_DEPTH_MAX, JSON_OBJECTS_MAX, jsonValueSchema } from './json.ts';
export { isForbiddenName, KEY_LENGTH_MAX, keySchema, reasonSchema, unitKeySchema } from './key.ts';
export { type LayerView, layerViewSchema } from './layer.ts';
export { type MeasurementView, measurementViewSchema } from './measurement.ts';
export {
  type MetricDocument,
  type MetricSettings,
  type MetricView,
  metricPatchSchema,
  metricSettingsSchema,
  metricViewSchema,
  type NewMetric,
  newMetricSchema,
} from './metric.ts';
export {
  OFREP_EVALUATE_PATH,
  OFREP_STREAM_PATH,
  type OfrepBulk,
  type OfrepErrorCode,
  type OfrepFailure,
  type OfrepMetadata,
  type OfrepRefetch,
  type OfrepSuccess,
  ofrepRequestSchema,
} from './ofrep.ts';
export {
  changesQuerySchema,
  documentsQuerySchema,
  historyQuerySchema,
  PAGE_LIMIT_DEFAULT,
  PAGE_LIMIT_MAX,
  type PageOf,
  pageOf,
  pageQuerySchema,
} from './page.ts';
export { type PageBatch, pageBatchSchema, pageRowSchema } from './page-batch.ts';
export type { Problem, ProblemCode } from './problems.ts';
export { PROBLEMS, problemSchema, problemTypeOf } from './problems.ts';
export {
  newProjectSchema,
  type ProjectView,
  projectPatchSchema,
  projectSettingsSchema,
  projectViewSchema,
} from './project.ts';
export {
  type ArmVariants,
  armVariantsSchema,
  type MetricArm,
  type MetricQuery,
  type MetricResult,
  type MetricWindow,
  metricQuerySchema,
  metricResultSchema,
  PROVIDERS_MAX,
  type ProviderAuth,
  type ProviderKind,
  type ProviderSettings,
  type ProviderView,
  providerSettingsSchema,
  providerTestSchema,
  providerViewSchema,
  type SecretReference,
  type SettingsOf,
} from './provider.ts';
export { type RecentEvents, recentEventsSchema } from './recent-events.ts';
export type { DecisionView, RolloutView } from './rollout.ts';
export { rolloutCommandSchema } from './rollout.ts';
export {
  type DecisionExplanation,
  environmentFreezeSchema,
  type FreezeView,
  freezeViewSchema,
  type RolloutCommandBody,
  rolloutCommandSchemas,
} from './rollout-command.ts';
export { type LintView, lintRequestSchema, lintViewSchema } from './rollout-lint.ts';
export { GUARDS_MAX, rolloutPlanSchema, STAGES_MAX, writtenPlanSchema } from './rollout-plan.ts';
export {
  type DrillRecord,
  type DrillView,
  drillRecordSchema,
  drillRequestSchema,
  drillViewSchema,
  type SimulationView,
  simulateRequestSchema,
  simulationViewSchema,
} from './rollout-rehearsal.ts';
export { rolloutStateSchema, rolloutViewSchema } from './rollout-view.ts';
export {
  type NewSchedule,
  newScheduleSchema,
  PENDING_SCHEDULES_MAX,
  SCHEDULE_HORIZON_MS,
  type ScheduleState,
  type ScheduleView,
  schedulesQuerySchema,
  scheduleViewSchema,
} from './schedule.ts';
export {
  MEMBERS_PER_REQUEST_MAX,
  type NewSegment,
  newSegmentSchema,
  SEGMENT_BYTES_MAX,
  SEGMENT_KEYS_MAX,
  type SegmentDocument,
  type SegmentSettings,
  type SegmentSize,
  type SegmentView,
  segmentMembersSchema,
  segmentPatchSchema,
  segmentSchema,
  segmentSettingsSchema,
  segmentSizeSchema,
  segmentViewSchema,
} from './segment.ts';
export { SPLIT_RANGES_MAX } from './serve.ts';
export {
  type AlertmanagerSignal,
  SIGNALS,
  type Signal,
  type SignalBody,
  type SignalReply,
  signalBodySchema,
  signalReplySchema,
} from './signal.ts';
export {
  ADAPTERS_MAX,
  type AdapterKind,
  type AdapterOf,
  type AdapterSettings,
  type AdapterView,
  adapterSettingsSchema,
  adapterViewSchema,
  appliedWeightSchema,
  type RolloutTraffic,
  type TrafficWeight,
} from './traffic-adapter.ts';
export {
  type FlagUsageView,
  flagUsageViewSchema,
  type SdkUsage,
  STALE_DAYS_DEFAULT,
  type StaleFinding,
  type StaleFlag,
  staleFlagSchema,
  staleFlagsQuerySchema,
  USAGE_DAYS_MAX,
  type VariationUsage,
} from './usage.ts';
export { goalSchema, type VerdictView, verdictViewSchema } from './verdict.ts';
export { PROTOCOL_VERSION } from './version.ts';
