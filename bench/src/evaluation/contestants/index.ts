import type { Contestant } from '../contestant.ts';
import { configcat } from './configcat.ts';
import { flagd } from './flagd.ts';
import { floor } from './floor.ts';
import { growthbook } from './growthbook.ts';
import { launchdarkly } from './launchdarkly.ts';
import { statsig } from './statsig.ts';
import { tidegateEvaluation } from './tidegate-evaluation.ts';
import { tidegateSdkNode } from './tidegate-sdk-node.ts';
import { unleash } from './unleash.ts';

/** The floor, we, and the peers. */
export { floor, tidegateEvaluation, tidegateSdkNode };

export const peers: readonly Contestant[] = [configcat, flagd, growthbook, launchdarkly, statsig, unleash];

export const contestants: readonly Contestant[] = [floor, tidegateEvaluation, tidegateSdkNode, ...peers];
