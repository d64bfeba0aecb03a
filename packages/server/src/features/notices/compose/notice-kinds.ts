import type { Decision, HoldReason } from '@tidegate/analysis';
import type { Notice, NoticeKind, Severity } from '@tidegate/protocol';

/** Which decision is told as what. A kill that was never published is taken again, and a step down is part of one. */
export const KIND_OF_DECISION: Readonly<Record<Decision['kind'], NoticeKind | null>> = {
  schedule: 'scheduled',
  start: 'started',
  hold: null,
  advance: 'step',
  bake: 'bake',
  'hold-back': 'held-back',
  succeed: 'succeeded',
  jump: 'step',
  approve: 'approved',
  pause: 'paused',
  resume: 'resumed',
  freeze: 'frozen',
  unfreeze: 'unfrozen',
  kill: 'killed',
  lower: null,
  confirm: 'rolled-back',
  retry: 'retried',
  supersede: 'superseded',
  cancel: 'cancelled',
  refuse: null,
};

/** `routine` waits belong to every stage, and are told to nobody. */
export const HOLD_IS: Readonly<Record<HoldReason, 'routine' | 'news' | 'approval'>> = {
  'stage-timer': 'routine',
  'min-sample': 'routine',
  evidence: 'routine',
  experiment: 'routine',
  window: 'routine',
  'ack-pending': 'routine',
  approval: 'approval',
  freeze: 'news',
  'no-data': 'news',
  'no-outcomes': 'news',
  'metric-error': 'news',
  'sample-ratio': 'news',
  crossover: 'news',
  inconclusive: 'news',
  limit: 'news',
  dependency: 'news',
  marginal: 'news',
  'lost-events': 'news',
  'open-breakers': 'news',
  measurement: 'news',
  gate: 'news',
  traffic: 'news',
  drift: 'news',
};

interface Meaning {
  readonly severity: Severity;
  readonly alarm: Notice['alarm'];
  /** After the flag's key. */
  readonly words: string;
}

export const MEANING: Readonly<Record<NoticeKind, Meaning>> = {
  scheduled: { severity: 'info', alarm: 'none', words: 'scheduled' },
  started: { severity: 'info', alarm: 'none', words: 'started' },
  step: { severity: 'info', alarm: 'ended', words: 'went on' },
  held: { severity: 'warning', alarm: 'raised', words: 'held' },
  released: { severity: 'info', alarm: 'ended', words: 'no longer held' },
  'approval-needed': { severity: 'warning', alarm: 'raised', words: 'waits for an approval' },
  approved: { severity: 'info', alarm: 'none', words: 'approved' },
  paused: { severity: 'info', alarm: 'none', words: 'paused' },
  resumed: { severity: 'info', alarm: 'none', words: 'resumed' },
  frozen: { severity: 'warning', alarm: 'raised', words: 'frozen' },
  unfrozen: { severity: 'info', alarm: 'ended', words: 'unfrozen' },
  stuck: { severity: 'warning', alarm: 'raised', words: 'stuck' },
  bake: { severity: 'info', alarm: 'ended', words: 'bakes' },
  'held-back': { severity: 'info', alarm: 'ended', words: 'kept from the holdback alone' },
  succeeded: { severity: 'info', alarm: 'ended', words: 'succeeded' },
  killed: { severity: 'critical', alarm: 'raised', words: 'killed' },
  'rolled-back': { severity: 'info', alarm: 'ended', words: 'rolled back' },
  'kill-unconfirmed': { severity: 'critical', alarm: 'raised', words: 'killed, and not every SDK confirmed it' },
  retried: { severity: 'info', alarm: 'ended', words: 'tried again' },
  superseded: { severity: 'warning', alarm: 'ended', words: 'lost its rule' },
  cancelled: { severity: 'info', alarm: 'ended', words: 'cancelled' },
};
