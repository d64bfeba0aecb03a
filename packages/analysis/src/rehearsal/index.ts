export type { Baseline } from '../statistics/planning/baseline.ts';
export type { Draws } from './draws.ts';
export { canBeDrilled, type Drill, type DrillInput, drillRollout } from './drill-rollout.ts';
export { assumedBins, baselineOf, unitsPerMinuteOf } from './measured-traffic.ts';
export type { Quantiles } from './quantiles.ts';
export {
  type SimulatedHarm,
  type Simulation,
  type SimulationInput,
  type StagePassages,
  simulatePlan,
} from './simulate-plan.ts';
