import { type Decision, type DecisionInput, RULES_VERSION } from './decision.ts';
import { findLoss } from './experiment.ts';
import { findBrokenLimit } from './find-broken-limit.ts';
import { findDeadline } from './find-deadline.ts';
import { findHarm } from './find-harm.ts';
import { findOpenBreakers } from './find-open-breakers.ts';
import { type EventKind, type RolloutEvent, type StateKind, TRANSITIONS, type Transition } from './transitions.ts';

/**
 * What the controller does now. Pure: the same input gives the same decision, so a stored input explains its decision.
 *
 * In this order: an abort before everything, and whoever takes the rule away; harm, wherever treatment is served, paused
 * and baking too; other commands; deadlines; holds; and, when nothing holds, one step up. Never two: each stage is watched.
 */
export function decide(input: DecisionInput): Decision {
  const { state } = input;
  const event = eventOf(input);
  const row: { readonly [E in EventKind]: unknown } = TRANSITIONS[state.kind];
  // The row was chosen by the kind of this state and the cell by the kind of this event, and the table's type says
  // that such a cell takes exactly them; TypeScript cannot follow the two choices together.
  const transition = row[event.kind] as Transition<StateKind, EventKind>;
  return { ...transition({ state, event, input }), rulesVersion: RULES_VERSION };
}

function eventOf(input: DecisionInput): RolloutEvent {
  const { assessment, command } = input;
  if (command?.kind === 'abort' || command?.kind === 'supersede') return command;
  const harm = canHarm(input) ? (findHarm(assessment) ?? findBrokenLimit(input) ?? findOpenBreakers(input)) : null;
  if (harm !== null) return { kind: 'harm', cause: harm };
  if (command !== null) return command;
  const cause = findLoss(input) ?? findDeadline(input);
  return cause === null ? { kind: 'look' } : { kind: 'deadline', cause };
}

/** Only there can a kill still lower anything. What harm has frozen waits for a person, whom harm must not overrule. */
function canHarm({ state: { kind }, plan }: DecisionInput): boolean {
  if (kind === 'frozen') return plan.onHarm !== 'freeze';
  return kind === 'progressing' || kind === 'paused' || kind === 'baking' || kind === 'heldBack';
}
