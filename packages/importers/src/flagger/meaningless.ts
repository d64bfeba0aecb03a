import type { Meaningless } from '../canaries/read-object.ts';

const MESH = 'a flag needs no mesh, ports, hosts or ingress: the SDK decides';
const PODS = 'a flag replaces no pods';

/** What of a canary means nothing to a flag, by path, and why. */
export const MEANINGLESS_OF_CANARY: Meaningless = {
  'spec.provider': MESH,
  'spec.service': MESH,
  'spec.ingressRef': MESH,
  'spec.routeRef': MESH,
  'spec.upstreamRef': MESH,
  'spec.gatewayRef': MESH,
  'spec.metricsServer': 'providers of metrics have their own addresses',
  'spec.targetRef': `the flag takes its place; ${PODS}`,
  'spec.autoscalerRef': `${PODS}, and scales none`,
  'spec.progressDeadlineSeconds': `it is about pods that become ready, and ${PODS}`,
  'spec.revertOnDeletion': 'a rollout that ends as anything but a success gives control back by itself',
  'spec.suspend': 'make the rollout with `--draft` instead',
  'spec.analysis.mirror': 'a flag copies no traffic',
  'spec.analysis.mirrorWeight': 'a flag copies no traffic',
  'spec.analysis.stepWeightPromotion': 'traffic is handed to no second copy when a flag is promoted',
  'spec.analysis.canaryReadyThreshold': PODS,
  'spec.analysis.primaryReadyThreshold': PODS,
  'spec.analysis.alerts': 'whom to tell is no part of a plan',
};

export const MEANINGLESS_OF_TEMPLATE: Meaningless = {
  'spec.provider.insecureSkipVerify': 'certificates are always checked',
};
