import type { Meaningless } from '../canaries/read-object.ts';

export const MESH = 'a flag needs no mesh, services, hosts or ingress: the SDK decides';
const PODS = 'a flag replaces no pods';
const REPLICAS = `${PODS}, and has no replica sets`;

/** What of a rollout means nothing to a flag, by path, and why. */
export const MEANINGLESS_OF_ROLLOUT: Meaningless = {
  'spec.replicas': REPLICAS,
  'spec.selector': REPLICAS,
  'spec.template': `the flag takes its place; ${PODS}`,
  'spec.workloadRef': `the flag takes its place; ${PODS}`,
  'spec.minReadySeconds': PODS,
  'spec.revisionHistoryLimit': REPLICAS,
  'spec.restartAt': PODS,
  'spec.progressDeadlineSeconds': `it is about pods that become ready, and ${PODS}`,
  'spec.progressDeadlineAbort': `it is about pods that become ready, and ${PODS}`,
  'spec.rollbackWindow': 'a rollout goes through its stages also on the way back to what was there before',
  'spec.analysis': 'the log of decisions is kept whole',
  'spec.paused': 'make the rollout with `--draft` instead',
  'spec.strategy.canary.canaryService': MESH,
  'spec.strategy.canary.stableService': MESH,
  'spec.strategy.canary.pingPong': MESH,
  'spec.strategy.canary.canaryMetadata': PODS,
  'spec.strategy.canary.stableMetadata': PODS,
  'spec.strategy.canary.maxSurge': REPLICAS,
  'spec.strategy.canary.maxUnavailable': REPLICAS,
  'spec.strategy.canary.antiAffinity': PODS,
  'spec.strategy.canary.minPodsPerReplicaSet': REPLICAS,
  'spec.strategy.canary.dynamicStableScale': REPLICAS,
  'spec.strategy.canary.scaleDownDelaySeconds': REPLICAS,
  'spec.strategy.canary.scaleDownDelayRevisionLimit': REPLICAS,
  'spec.strategy.canary.abortScaleDownDelaySeconds': REPLICAS,
  'spec.strategy.canary.replicaProgressThreshold': REPLICAS,
  'spec.strategy.canary.steps[].setCanaryScale': REPLICAS,
  'spec.strategy.canary.steps[].setMirrorRoute': 'a flag copies no traffic',
  'spec.strategy.blueGreen.activeService': MESH,
  'spec.strategy.blueGreen.previewService': MESH,
  'spec.strategy.blueGreen.activeMetadata': PODS,
  'spec.strategy.blueGreen.previewMetadata': PODS,
  'spec.strategy.blueGreen.previewReplicaCount': REPLICAS,
  'spec.strategy.blueGreen.antiAffinity': PODS,
  'spec.strategy.blueGreen.maxUnavailable': REPLICAS,
  'spec.strategy.blueGreen.scaleDownDelaySeconds': REPLICAS,
  'spec.strategy.blueGreen.scaleDownDelayRevisionLimit': REPLICAS,
  'spec.strategy.blueGreen.abortScaleDownDelaySeconds': REPLICAS,
};

export const MEANINGLESS_OF_TEMPLATE: Meaningless = {
  'spec.measurementRetention': 'the log of decisions is kept whole',
};
