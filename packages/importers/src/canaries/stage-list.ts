import { STAGES_MAX, type WrittenPlan } from '@tidegate/analysis/plans';
import { Refusal } from '../refusal.ts';
import { writtenDuration } from './durations.ts';

const FULL_PPM = 1_000_000;

type WrittenStage = NonNullable<WrittenPlan['stages']>[number];
type Approval = NonNullable<WrittenStage['approval']>;

interface Stage {
  readonly ppm: number;
  readonly dwellMs: number;
  readonly approval?: Approval;
}

/** The stages of a plan, from steps that come one after another. */
export class StageList {
  readonly #stages: Stage[] = [];
  #approval: Approval | undefined;

  /** How many there are: the number of the present one. 0 before the first. */
  get count(): number {
    return this.#stages.length;
  }

  /** To another share. @throws Refusal when it falls: shares of a plan only rise. */
  rise(ppm: number, path: string): void {
    const present = this.#stages.at(-1)?.ppm ?? 0;
    if (ppm < present) {
      const fall = `it falls from ${writtenPercent(present)} to ${writtenPercent(ppm)}`;
      throw new Refusal(`${path} is refused: ${fall}, and the stages of a plan only rise.`);
    }
    if (ppm === present) return;
    this.#stages.push({ ppm, dwellMs: 0, ...(this.#approval === undefined ? {} : { approval: this.#approval }) });
    this.#approval = undefined;
  }

  /** Longer at the present share. False before the first stage, where nobody is treated and nothing is measured. */
  stay(durationMs: number): boolean {
    const stage = this.#stages.pop();
    if (stage === undefined) return false;
    this.#stages.push({ ...stage, dwellMs: stage.dwellMs + durationMs });
    return true;
  }

  /** Somebody says yes before the next stage. False at 100 %, after which there is none. */
  ask(approval: Approval): boolean {
    if (this.#stages.at(-1)?.ppm === FULL_PPM) return false;
    this.#approval ??= approval;
    return true;
  }

  /** To 100 %, where the last stay is the bake. */
  finish(): Pick<WrittenPlan, 'stages' | 'bake'> {
    this.rise(FULL_PPM, 'The last stage');
    if (this.#stages.length > STAGES_MAX) {
      throw new Refusal(`It has ${this.#stages.length} steps of traffic, and a plan at most ${STAGES_MAX} stages.`);
    }
    const bakeMs = this.#stages.at(-1)?.dwellMs ?? 0;
    const stages = this.#stages.map(({ ppm, dwellMs, approval }) => ({
      treatment: writtenPercent(ppm),
      ...(ppm === FULL_PPM ? {} : { dwell: writtenDuration(dwellMs) }),
      ...(approval === undefined ? {} : { approval }),
    }));
    return { stages, ...(bakeMs === 0 ? {} : { bake: writtenDuration(bakeMs) }) };
  }
}

/** A week, and then it stays where it is: what waits without an end there must have one here, and raises nothing. */
export const ASK_A_PERSON: Approval = { count: 1, notAuthor: false, deadline: { after: '7d', then: 'hold' } };

function writtenPercent(ppm: number): string {
  return `${ppm / 10_000}%`;
}
