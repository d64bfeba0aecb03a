/** Where it is told at length why a plan should not do this; everything here is public. */
const SRE_CANARYING = 'https://sre.google/workbook/canarying-releases/';
const KAYENTA_PRACTICES = 'https://spinnaker.io/docs/guides/user/canary/best-practices/';
const PEEKING = 'https://www.evanmiller.org/how-not-to-run-an-ab-test.html';
const STATISTICS = 'docs/statistics.md';
const ROLLOUTS = 'docs/rollouts.md';

export interface AntiPattern {
  readonly sentence: string;
  readonly why: string;
  readonly source: string;
}

/** What plans do that their authors regret, each with why. `lintPlan` finds them; the ids are for good. */
export const ANTI_PATTERNS = {
  'big-bang': {
    sentence: 'The first stage, or the first for a wider scope, treats more than a quarter of its units.',
    why: 'Whatever is broken meets everybody at once, and there is little or no control to see it by.',
    source: SRE_CANARYING,
  },
  'first-stage-large': {
    sentence: 'The first stage, or the first for a wider scope, treats more than 5 %.',
    why: 'The first stage finds what breaks for everybody, for which a few percent are plenty; the rest is only hurt.',
    source: SRE_CANARYING,
  },
  'scope-narrows': {
    sentence: 'A stage leaves out people whom an earlier one may have treated.',
    why: 'Whoever is outside a scope has control: they lose the treatment again, and what they do then counts for it.',
    source: ROLLOUTS,
  },
  'cap-idle': {
    sentence: 'A cap is not below the share that everybody else ends at.',
    why: 'It keeps nobody from the treatment, and whoever reads the plan believes that it does.',
    source: ROLLOUTS,
  },
  'jump-large': {
    sentence: 'A stage treats more than five times as many units as the one before it.',
    why: 'What only shows under load shows all at once; a stage between them would have found it with less harm.',
    source: SRE_CANARYING,
  },
  'hold-too-short': {
    sentence: 'A stage is over before its sample can be there at the present traffic.',
    why: 'The stage will be held by its sample for longer than it says: the plan promises a pace that it cannot keep.',
    source: ROLLOUTS,
  },
  'dwell-short': {
    sentence: 'A stage stays for less than five minutes.',
    why: 'Nobody can look at it, outcomes that come later than that are missed, and faults that build up do not show.',
    source: KAYENTA_PRACTICES,
  },
  'window-longer-than-stay': {
    sentence: 'A stage stays for less time than a metric waits for what units do.',
    why: 'The stage is left before any of its units could be told good or bad.',
    source: KAYENTA_PRACTICES,
  },
  'mean-latency': {
    sentence: 'A guard judges durations by their mean.',
    why: 'A mean hides the slow tail, and one very slow unit moves it for everybody: take a share of slow units, or a histogram.',
    source: 'https://sre.google/sre-book/monitoring-distributed-systems/',
  },
  'approval-only-gate': {
    sentence: 'People must approve, and no guard decides.',
    why: 'Whoever is asked has nothing to go by, and nobody watches between two approvals.',
    source: ROLLOUTS,
  },
  'nothing-decides': {
    sentence: 'No guard can kill the rollout.',
    why: 'Every guard only observes, or compares with a control that the plan does not have.',
    source: ROLLOUTS,
  },
  'only-technical': {
    sentence: 'Every guard measures errors or durations.',
    why: 'A page that works and that nobody buys from any more is harm too.',
    source: SRE_CANARYING,
  },
  'only-business': {
    sentence: 'No guard measures errors or durations.',
    why: 'What users do changes slowly and by little; an error shows with the first units.',
    source: SRE_CANARYING,
  },
  'no-bake': {
    sentence: 'The bake after the last stage lasts less than ten minutes.',
    why: 'What shows late, at full share or with late outcomes, meets a rollout that nobody watches any more.',
    source: 'https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-deployment-strategy.html',
  },
  'alpha-large': {
    sentence: 'Alpha is above 0.1.',
    why: 'A harmless change is killed more often than one time in ten, and people learn to ignore kills.',
    source: PEEKING,
  },
  'control-small': {
    sentence: 'Before the last stage less than 5 % of the units are left as control.',
    why: 'So small a control says little: the stage adds risk and hardly any evidence.',
    source: STATISTICS,
  },
  'sample-small': {
    sentence: 'A stage asks for fewer than 100 units.',
    why: 'So few units show only what breaks for nearly everybody.',
    source: STATISTICS,
  },
  'browser-evidence-only': {
    sentence: 'Every guard that decides counts what browsers report.',
    why: 'Anyone can forge that under a public key: a stranger could kill the rollout, or hide its harm.',
    source: STATISTICS,
  },
  'proof-out-of-reach': {
    sentence: 'The proof that a stage waits for needs more units than the present traffic brings in its time.',
    why: 'The rollout will stand there until somebody gives up on the proof.',
    source: STATISTICS,
  },
  'criteria-unwritten': {
    sentence: 'A guard measures something that nobody has described.',
    why: 'When it kills, whoever is called must know what it means and whom to ask.',
    source: ROLLOUTS,
  },
  'flag-silent': {
    sentence: 'Nobody has asked for the flag within the last day.',
    why: 'The code is not there, or not deployed: the rollout will be held for want of data.',
    source: ROLLOUTS,
  },
  'kill-never-seen': {
    sentence: 'No rollout of this environment has ever been rolled back.',
    why: 'A way back that nobody has tried is a hope. Try it on a flag that does not matter.',
    source: SRE_CANARYING,
  },
  'schema-change': {
    sentence: 'The flag is tagged "schema" or "migration".',
    why: 'A kill serves the old code at once: data written meanwhile must be readable to it (expand first, contract after).',
    source: 'https://martinfowler.com/bliki/ParallelChange.html',
  },
} as const satisfies Record<string, AntiPattern>;

export type AntiPatternId = keyof typeof ANTI_PATTERNS;
