import {
  createEngine,
  type EngineReading,
  type EngineState,
  foldTick,
  readEngine,
  type Tick,
} from '@tidegate/analysis';
import type { RunTerms } from './read-start.ts';

export interface Reply {
  readonly decision: 'hold' | 'ramp' | 'kill';
  readonly reason: string;
  readonly logE: number;
  readonly srm: boolean;
}

/** One run of the contract: the engine, the stage's clock in ticks, and what is final once it was said. */
export class AssessRun {
  readonly terms: RunTerms;
  #state: EngineState;
  #stage: { readonly index: number; readonly sinceTick: number } | null = null;
  #isMismatch = false;
  #killed: Reply | null = null;

  constructor(terms: RunTerms) {
    this.terms = terms;
    this.#state = createEngine(terms.config);
  }

  replyTo(tick: Tick, tickIndex: number): Reply {
    if (this.#killed !== null) return this.#killed;
    if (this.#stage?.index !== tick.stageIndex) this.#stage = { index: tick.stageIndex, sinceTick: tickIndex };
    this.#state = foldTick(this.terms.config, this.#state, tick);
    const reading = readEngine(this.terms.config, this.#state, this.terms.terms);
    this.#isMismatch ||= reading.sampleRatio.isMismatch;
    const common = { logE: reading.logEvidence, srm: this.#isMismatch };
    if (reading.killedBy !== null) {
      this.#killed = { decision: 'kill', reason: `metric:${reading.killedBy}`, ...common };
      return this.#killed;
    }
    if (this.#isMismatch) return { decision: 'hold', reason: 'srm', ...common };
    return { ...this.#ramp(reading, tickIndex - this.#stage.sinceTick + 1), ...common };
  }

  #ramp(reading: EngineReading, ageTicks: number): Pick<Reply, 'decision' | 'reason'> {
    const { policy } = this.terms;
    if (policy.ramp === 'none') return { decision: 'hold', reason: 'no-ramp' };
    if (policy.maxTicks !== null && ageTicks >= policy.maxTicks) return { decision: 'ramp', reason: 'max-ticks' };
    if (policy.ramp === 'timed') return { decision: 'hold', reason: 'max-ticks' };
    if (ageTicks < policy.minTicks) return { decision: 'hold', reason: 'min-ticks' };
    const unproven = reading.guards.find(({ safety }) => safety !== null && !safety.isSafe);
    if (unproven !== undefined) return { decision: 'hold', reason: `evidence:${unproven.key}` };
    return { decision: 'ramp', reason: 'evidence' };
  }
}
