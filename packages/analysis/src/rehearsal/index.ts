export type { Draws } from './draws.ts';
export { canBeDrilled, type Drill, type DrillInput, drillRollout } from './drill-rollout.ts';
export {
  type EarlierEvidence,
  type GivenTraffic,
  type KnownTraffic,
  knownTraffic,
  type TrafficSource,
} from './known-traffic.ts';
export type { Quantiles } from './quantiles.ts';
export {
  guardsOfEpoch,
  type SimulatedHarm,
  type Simulation,
  type SimulationInput,
  type StagePassages,
  simulatePlan,
} from './simulate-plan.ts';
