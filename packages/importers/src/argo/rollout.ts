import type { WrittenPlan } from '@tidegate/analysis/plans';
import { goDurationMs } from '../canaries/durations.ts';
import type { Findings } from '../canaries/findings.ts';
import type { Connections, MeasuredMetric } from '../canaries/imported-rollouts.ts';
import type { Members } from '../canaries/members.ts';
import { canGuard, toProviderGuards } from '../canaries/provider-guards.ts';
import { ASK_A_PERSON, StageList } from '../canaries/stage-list.ts';
import { TREATMENT } from '../canaries/to-imported.ts';
import { Refusal } from '../refusal.ts';
import { type AnalysisRun, readAnalysisRun, type TemplateFinder } from './analysis-run.ts';
import { MESH } from './meaningless.ts';

export interface RolloutPlace {
  readonly name: string;
  readonly findTemplate: TemplateFinder;
  readonly findings: Findings;
}

interface Read {
  readonly stages: Pick<WrittenPlan, 'stages' | 'bake'>;
  readonly metrics: readonly MeasuredMetric[];
}

const FULL_PPM = 1_000_000;

export function readRollout(
  spec: Members,
  place: RolloutPlace,
): { readonly plan: WrittenPlan; readonly connections: Connections } {
  const { name, findings } = place;
  const strategy = spec.members('strategy');
  const canary = strategy?.members('canary');
  const blueGreen = strategy?.members('blueGreen');
  if ((canary === undefined) === (blueGreen === undefined)) {
    throw new Refusal('spec.strategy must have either canary or blueGreen.');
  }
  const { stages, metrics } = canary !== undefined ? readCanary(canary, place) : readBlueGreen(blueGreen, place);
  findings.note(SAMPLES);
  findings.leaveOut(OWN_GUARD);
  const { guards: providerGuards, left } = toProviderGuards(metrics, { findings, taken: ['error-rate'] });
  if (left.length > 0) findings.leaveOut(`${left.map((metric) => metric.name).join(', ')}: ${LEFT}`);
  return {
    plan: {
      flag: name,
      treatment: TREATMENT,
      ...stages,
      guards: [{ template: 'error-rate' }],
      ...(providerGuards.length === 0 ? {} : { providerGuards }),
    },
    connections: left.length === 0 ? {} : { metrics: left },
  };
}

const SAMPLES =
  'A stage is also left only once each arm has 100 units (minUnits), and the guards stay armed after 100 % (bake): Argo asks for neither.';
const OWN_GUARD =
  'What decides first is the evidence of the flag itself: the guard `error-rate` compares the units with an error with those of control.';
const LEFT =
  'among the connections. A guard of the plan asks Prometheus for one number, with all arguments filled in, and its condition reads that number alone.';

function readCanary(canary: Members, place: RolloutPlace): Read {
  const { findings } = place;
  const steps = canary.listOf('steps');
  const list = new StageList();
  const metrics: MeasuredMetric[] = [];
  const fullWeight = fullWeightOf(canary, findings);
  if (steps.length === 0)
    findings.leaveOut(
      'It has no steps: Argo replaces its pods one after another, and the plan treats everybody at once.',
    );
  const starts: number[] = [];
  for (const step of steps) {
    metrics.push(...readStep(step, { ...place, list, fullWeight }));
    // A run that starts with a step of weight watches that weight from its beginning.
    starts.push(Math.max(1, list.count));
  }
  const background = canary.members('analysis');
  if (background !== undefined) {
    const startingStep = background.count('startingStep') ?? 0;
    const fromStage = starts[startingStep] ?? Math.max(1, list.count);
    const run = readAnalysisRun(background, { ...place, when: { kind: 'throughout', fromStage } });
    metrics.push(...run.metrics);
    if (fromStage > 1) {
      findings.note(`${background.path} watches from stage ${fromStage} on; guards of a plan from the first.`);
    }
  }
  return { stages: list.finish(), metrics };
}

/** The weight that is all of the traffic: 100, unless the router counts otherwise. The router itself is left out. */
function fullWeightOf(canary: Members, findings: Findings): number {
  const routing = canary.wholeRecord('trafficRouting');
  if (routing === undefined) return 100;
  const { maxTrafficWeight: max = 100, ...routers } = routing;
  const path = canary.pathOf('trafficRouting');
  findings.leaveOut(`${path} (${Object.keys(routers).join(', ')}) is left out: ${MESH}.`);
  if (typeof max === 'number' && Number.isSafeInteger(max) && max > 0) return max;
  throw new Refusal(`${path}.maxTrafficWeight must be a whole number above 0.`);
}

interface StepPlace extends RolloutPlace {
  readonly list: StageList;
  readonly fullWeight: number;
}

/** One step; what it measures. */
function readStep(step: Members, place: StepPlace): readonly MeasuredMetric[] {
  const { list, fullWeight } = place;
  for (const name of ['experiment', 'setHeaderRoute', 'plugin']) {
    if (step.has(name)) throw new Refusal(`${step.pathOf(name)} is refused: ${REFUSED_STEPS[name]}.`);
  }
  const weight = step.count('setWeight');
  if (weight !== undefined) {
    if (weight > fullWeight) throw new Refusal(`${step.pathOf('setWeight')} is more than ${fullWeight}.`);
    list.rise(Math.round((weight / fullWeight) * FULL_PPM), step.pathOf('setWeight'));
  }
  const pause = step.members('pause');
  if (pause !== undefined) readPause(pause, place);
  const analysis = step.members('analysis');
  if (analysis === undefined) return [];
  const run = readAnalysisRun(analysis, { ...place, when: { kind: 'after-stage', stage: Math.max(1, list.count) } });
  waitFor(analysis, run, place);
  return run.metrics;
}

const REFUSED_STEPS: Readonly<Record<string, string>> = {
  experiment: 'the experiment of a stage is not supported yet',
  setHeaderRoute:
    'the scope of a stage is not supported yet. Put a rule for these users before the others, and roll that out first',
  plugin: 'what a plugin does is not in the file',
};

function readPause(pause: Members, { list, findings }: StepPlace): void {
  const written = pause.whole('duration');
  if (written === undefined) {
    const asked = list.ask(ASK_A_PERSON);
    findings.note(
      asked
        ? `${pause.path} waits for a person without an end; the plan for a week (approval), then it stays where it is.`
        : `${pause.path} comes after 100 %, where there is nobody left to wait for.`,
    );
    return;
  }
  // Whole numbers are seconds, also as text.
  const text = typeof written === 'number' ? `${written}s` : written;
  if (typeof text !== 'string') throw new Refusal(`${pause.pathOf('duration')} must be a duration.`);
  const durationMs = goDurationMs(/^\d+$/.test(text) ? `${text}s` : text, pause.pathOf('duration'));
  if (list.stay(durationMs)) return;
  findings.leaveOut(`${pause.path} is left out: before the first share nobody is treated, and nothing is to be seen.`);
}

/** Argo waits for the verdict of a step. So do guards, from the first stage on; where there is none, a person is asked. */
function waitFor(analysis: Members, { metrics, durationMs }: AnalysisRun, { list, findings }: StepPlace): void {
  if (durationMs === undefined) {
    throw new Refusal(
      `${analysis.path} is refused: a metric with an interval and no count has no end, and the step waits for it.`,
    );
  }
  list.stay(durationMs);
  if (metrics.length > 0 && metrics.every(canGuard)) {
    findings.note(`${analysis.path} is measured from the first stage on, and every stage waits for its verdict.`);
  } else if (list.ask(ASK_A_PERSON)) {
    findings.leaveOut(
      `${analysis.path} gates the next stage by its verdict: a person is asked in its place (approval).`,
    );
  }
}

function readBlueGreen(blueGreen: Members | undefined, place: RolloutPlace): Read {
  const { findings } = place;
  const list = new StageList();
  const before = blueGreen?.members('prePromotionAnalysis');
  const after = blueGreen?.members('postPromotionAnalysis');
  const seconds = blueGreen?.count('autoPromotionSeconds') ?? 0;
  const isAutomatic = blueGreen?.truth('autoPromotionEnabled') ?? true;
  if (before !== undefined) {
    list.ask(ASK_A_PERSON);
    findings.leaveOut(
      `${before.path} is left out: a flag that nobody is served has nothing to measure. A person is asked instead (approval).`,
    );
    before.settle();
  } else if (!isAutomatic) {
    list.ask(seconds === 0 ? ASK_A_PERSON : { ...ASK_A_PERSON, deadline: { after: `${seconds}s`, then: 'continue' } });
    findings.note('Without autoPromotionEnabled a person is asked before everybody is treated (approval).');
  }
  list.rise(FULL_PPM, 'blueGreen');
  findings.note('At 100 % there is no control to compare with: give a guard a maxRate.');
  if (after === undefined) return { stages: list.finish(), metrics: [] };
  const run = readAnalysisRun(after, { ...place, when: { kind: 'throughout', fromStage: 1 } });
  if (run.durationMs !== undefined) list.stay(run.durationMs);
  return { stages: list.finish(), metrics: run.metrics };
}
