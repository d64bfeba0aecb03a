import {
  type Actor,
  assessRollout,
  type Decision,
  type DecisionInput,
  decide,
  type EnvironmentFreeze,
  type RolloutCommand,
  type RolloutState,
  stageIndexOf,
} from '@tidegate/analysis';
import type { Logger } from 'pino';
import type { Platform } from '../../platform.ts';
import { sharedRuns } from '../../shared-runs.ts';
import type { DocumentRow, LeaseToken, RolloutRow, SaveDecisionOutcome } from '../../storage/storage.ts';
import { flagDocumentOf, flagOf } from '../flags/index.ts';
import { noticesOfDecision } from '../notices/index.ts';
import { findConditionRefusals } from './find-condition-refusals.ts';
import { type GatherOptions, gatherInput, type LookMoment } from './gather-input.ts';
import {
  changeOfDecision,
  findServeFlaw,
  hasDrifted,
  recordsOfDecision,
  renewedBy,
  servesAnchor,
  servesSuccess,
} from './rollout-changes.ts';

/** Time alone can make a decision due (a dwell ends, data stops): every active rollout is looked at this often. */
const LOOK_INTERVAL_MS = 1_000;
/** Somebody else changed rollout or flag between our read and our write: read again. */
const ATTEMPTS_MAX = 5;
/** Hundreds of SDKs confirm a kill within milliseconds: they are counted together. */
const CONFIRMATIONS_GATHER_MS = 20;
/** Commands that mean another thing at another stage. */
const OF_A_STAGE: readonly RolloutCommand['kind'][] = ['promote', 'jump', 'approve', 'reject', 'unfreeze'];
/** Commands of rollouts that are not active. */
const OF_WHAT_ENDED: readonly RolloutCommand['kind'][] = ['start', 'retry', 'undo'];
/** Of one rollout: SDKs that come and go can make and end a wait every second or two, for weeks. */
const WAITS_KEPT_MAX = 1_000;
/** Active rollouts of one environment per page. */
const PAGE_LIMIT = 200;

export interface ControllerOptions extends GatherOptions {
  readonly platform: Platform;
  readonly node: string;
  readonly log: Logger;
  /** Called for each decision that was saved. */
  readonly onDecision: (environment: string, kind: Decision['kind']) => void;
  /** Called with every decision that was saved, and with every look that found nothing to do. */
  readonly onLook?: (look: {
    readonly rollout: RolloutRow;
    readonly input: DecisionInput;
    readonly decision: Decision;
    readonly tookMs: number;
  }) => void;
}

export interface CommandTarget {
  readonly environment: string;
  readonly rolloutId: string;
  /** Refused unless the rollout still has this version. */
  readonly expectedVersion?: number;
  /** The rollout that it gives its rule up for, made with the decision. */
  readonly successor?: RolloutRow;
}

export type CommandOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: string; readonly ended: boolean }
  /** Another rollout of the rule became active first. */
  | { readonly kind: 'rule-taken' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'stale'; readonly currentVersion: number };

/** A decision, everything it was made from, and the flag that it is about where there is something to write. */
interface Considered {
  readonly rollout: RolloutRow;
  readonly input: DecisionInput;
  readonly decision: Decision;
  readonly flag: DocumentRow | null;
}

/** The rollouts to be looked at: all active ones, or those whose evidence changed. */
type Due = 'all' | Set<string>;

/** What this process last saw of an environment's active rollouts. A row that moved on meanwhile is refused at the write. */
interface Seen {
  readonly rollouts: Map<string, RolloutRow>;
  /** When each was last looked at, and nothing was left to do. */
  readonly lastLooks: Map<string, number>;
}

/**
 * The shell around `decide`: gather, decide, one transaction. It looks at what is, so a missed look needs no repair; and
 * it changes a flag in no other way than an operator does.
 *
 *     evidence came ─▶ those it is about, as last seen        a second passed, a person spoke ─▶ all, read anew
 */
export class RolloutController {
  readonly #options: ControllerOptions;
  readonly #looks = new Map<string, () => Promise<void>>();
  readonly #due = new Map<string, Due>();
  readonly #seen = new Map<string, Seen>();
  /** Environments in which a kill waits for SDKs to confirm it. */
  readonly #aborting = new Set<string>();
  #isStopped = false;
  #stop: () => void = () => undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  start(): void {
    const { accounting, platform } = this.#options;
    accounting.onEvidence((environment, changed) => void this.lookAtSome(environment, changed));
    this.#stop = platform.every(LOOK_INTERVAL_MS, async () => {
      await Promise.all(accounting.held().map((environment) => this.look(environment)));
    });
  }

  /** Fulfilled once the looks that are under way have ended; no other begins. */
  async stop(): Promise<void> {
    this.#stop();
    this.#isStopped = true;
    await Promise.all([...this.#looks.values()].map((look) => look()));
  }

  /** Looks at every active rollout of an environment; a call during a look causes one more after it. */
  look(environment: string): Promise<void> {
    this.#due.set(environment, 'all');
    return this.#lookSoon(environment);
  }

  /** SDKs are confirming something: worth a look only while a kill waits for it. */
  lookIfAborting(environment: string): void {
    if (!this.#aborting.delete(environment)) return;
    this.#options.platform.after(CONFIRMATIONS_GATHER_MS, () => void this.look(environment));
  }

  /** An operator's word. Any node may take it: the rollout's version keeps order, and nothing waits for the lease. */
  async command(target: CommandTarget, command: RolloutCommand): Promise<CommandOutcome> {
    const { storage } = this.#options;
    let seen: RolloutRow | undefined;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const rollout = await storage.findRollout(target.environment, target.rolloutId);
      if (rollout === undefined) return { kind: 'missing' };
      seen ??= rollout;
      // Said of the stage where it stood: the controller may have taken a step meanwhile.
      const isStale = OF_A_STAGE.includes(command.kind) && !haveSameStage(seen, rollout);
      if (isStale || (target.expectedVersion ?? rollout.version) !== rollout.version) {
        return { kind: 'stale', currentVersion: rollout.version };
      }
      const freeze = (await storage.findFreeze(target.environment)) ?? null;
      const considered = await this.#consider(rollout, { command, freeze });
      const { decision } = considered;
      if (decision.kind === 'refuse')
        return {
          kind: 'refused',
          reason: decision.reason,
          ended: !rollout.active && !OF_WHAT_ENDED.includes(command.kind),
        };
      const saved = await this.#save(considered, null, target.successor);
      if (saved.kind === 'rule-taken') return { kind: 'rule-taken' };
      if (saved.kind !== 'saved') continue;
      void this.look(target.environment);
      return { kind: 'done' };
    }
    throw new Error(`Rollout ${target.rolloutId} changed ${ATTEMPTS_MAX} times while a command was applied`);
  }

  /** Looks at those rollouts of which something new is known, unless all are to be looked at anyway. */
  lookAtSome(environment: string, rolloutIds: Iterable<string>): Promise<void> {
    const due = this.#due.get(environment) ?? new Set();
    if (due !== 'all') for (const id of rolloutIds) due.add(id);
    this.#due.set(environment, due);
    return this.#lookSoon(environment);
  }

  #lookSoon(environment: string): Promise<void> {
    let look = this.#looks.get(environment);
    if (look === undefined) {
      look = sharedRuns(() => this.#lookAtDue(environment));
      this.#looks.set(environment, look);
    }
    return look();
  }

  async #lookAtDue(environment: string): Promise<void> {
    const due = this.#due.get(environment);
    this.#due.delete(environment);
    const { accounting, storage } = this.#options;
    const lease = accounting.holding(environment)?.lease;
    if (due === undefined || lease === undefined || this.#isStopped) return;
    try {
      const known = due === 'all' ? undefined : this.#seen.get(environment);
      const seen = known ?? (await this.#readActive(environment));
      const ids = due === 'all' ? [...seen.rollouts.keys()] : [...due].filter((id) => seen.rollouts.has(id));
      if (ids.length === 0) return;
      const freeze = (await storage.findFreeze(environment)) ?? null;
      for (const id of ids) await this.#lookAt(id, { seen, lease, freeze });
    } catch (error) {
      // The database did not answer: the next look, a second away, begins anew.
      this.#options.log.error({ err: error, environment }, 'rollouts could not be looked at');
    }
  }

  async #readActive(environment: string): Promise<Seen> {
    this.#aborting.delete(environment);
    const active = await this.#listActive(environment);
    const before = this.#seen.get(environment)?.lastLooks;
    const lastLooks = active.flatMap(({ id }): [string, number][] => {
      const lastLookAtMs = before?.get(id);
      return lastLookAtMs === undefined ? [] : [[id, lastLookAtMs]];
    });
    const seen = { rollouts: new Map(active.map((row) => [row.id, row])), lastLooks: new Map(lastLooks) };
    this.#seen.set(environment, seen);
    this.#options.measurements?.keepOnly(environment, new Set(seen.rollouts.keys()));
    return seen;
  }

  async #listActive(environment: string): Promise<readonly RolloutRow[]> {
    const active: RolloutRow[] = [];
    for (let after: string | undefined; ; ) {
      const page = await this.#options.storage.listRollouts(environment, {
        active: true,
        limit: PAGE_LIMIT,
        ...(after === undefined ? {} : { after }),
      });
      active.push(...page);
      after = page.at(-1)?.id;
      if (page.length < PAGE_LIMIT) return active;
    }
  }

  async #lookAt(
    id: string,
    { seen, lease, freeze }: { seen: Seen; lease: LeaseToken; freeze: EnvironmentFreeze | null },
  ): Promise<void> {
    try {
      let rollout = seen.rollouts.get(id);
      // A kill does not wait for the next look because somebody edited the flag's description just now.
      for (let attempt = 0; attempt < ATTEMPTS_MAX && rollout?.active; attempt += 1) {
        const considered = await this.#consider(rollout, { command: null, freeze });
        const { input, decision } = considered;
        if (decision.state.kind === 'aborting') this.#aborting.add(rollout.environment);
        const outcome = decision.changed ? (await this.#save(considered, lease)).kind : 'nothing to save';
        if (outcome === 'lease-lost') return;
        if (outcome === 'saved' || outcome === 'nothing to save') seen.lastLooks.set(id, input.nowMs);
        if (outcome === 'nothing to save') return this.#tell(considered);
        rollout = await this.#options.storage.findRollout(rollout.environment, id);
        if (rollout?.active) seen.rollouts.set(id, rollout);
        else seen.rollouts.delete(id);
        if (outcome === 'saved') return;
      }
    } catch (error) {
      // One broken rollout must not keep the others from being judged; it is judged again at the next look.
      this.#options.log.error({ err: error, rolloutId: id }, 'a rollout could not be judged');
    }
  }

  async #consider(rollout: RolloutRow, asked: Pick<LookMoment, 'command' | 'freeze'>): Promise<Considered> {
    const { environment, flagKey } = rollout;
    const { command } = asked;
    const glance = await this.#gather(rollout, asked);
    const unchanged = decide(glance);
    if (!unchanged.changed) return { rollout, input: glance, decision: unchanged, flag: null };
    // What is written down is to be looked at and decided again by others: with all that can be said of the evidence.
    const flag = await this.#options.storage.findDocument({ environment, kind: 'flag', key: flagKey });
    if (flag === undefined) throw new Error(`Rollout ${rollout.id}: the flag ${flagKey} is gone`);
    const drifted = hasDrifted(rollout, flag) ? { isDrifted: true } : {};
    const input = { ...glance, assessment: assessRollout(glance), ...drifted };
    const decision = decide(input);
    if (!decision.changed) return { rollout, input, decision, flag: null };
    const flaw = await findServeFlaw(this.#options.storage, { rollout, flag, decision });
    if (flaw !== undefined) return { rollout, input, decision: refusal(input, flaw), flag: null };
    if (rollout.state.kind === 'succeeded' && !servesSuccess(rollout, flag)) {
      const reason = `${rollout.rule} of ${flagKey} does not serve ${rollout.plan.treatment} alone any more: edit the flag.`;
      return { rollout, input, decision: refusal(input, reason), flag: null };
    }
    const reason = decision.kind === 'start' ? await this.#whyNotStart(rollout, flag) : undefined;
    if (reason === undefined) return { rollout, input, decision, flag };
    if (command !== null) return { rollout, input, decision: refusal(input, reason), flag: null };
    const cancelling = { ...input, command: { kind: 'abort', by: this.#actor(), reason } } as const;
    return { rollout, input: cancelling, decision: decide(cancelling), flag };
  }

  /** Until it starts, nothing keeps its flag from being edited; and an abort would restore what nobody wants any more. */
  async #whyNotStart(rollout: RolloutRow, flag: DocumentRow): Promise<string | undefined> {
    const { environment, rule, flagKey, plan } = rollout;
    if (flag.archived || !servesAnchor(rollout, flag)) {
      return `${rule} of ${flagKey} does not serve ${plan.control} alone any more.`;
    }
    const place = { environment, flag: flagDocumentOf(flag), plan };
    const [refusal] = await findConditionRefusals(this.#options.storage, place);
    return refusal?.detail;
  }

  #gather(rollout: RolloutRow, asked: Pick<LookMoment, 'command' | 'freeze'>): Promise<DecisionInput> {
    return gatherInput(this.#options, rollout, {
      ...asked,
      nowMs: this.#options.platform.nowMs(),
      lastLookAtMs: this.#seen.get(rollout.environment)?.lastLooks.get(rollout.id) ?? null,
    });
  }

  async #save(
    { rollout, input, decision, flag }: Considered,
    lease: LeaseToken | null,
    successor?: RolloutRow,
  ): Promise<SaveDecisionOutcome> {
    const { storage, log, accounting } = this.#options;
    const { environment, flagKey } = rollout;
    if (flag === null) throw new Error(`Rollout ${rollout.id}: ${decision.kind} changes nothing that could be saved`);
    const active = isActive(decision);
    const atMs = input.nowMs;
    const actor = input.command?.by ?? this.#actor();
    const renewed = renewedBy(decision, rollout);
    const saved = await storage.saveDecision(
      {
        rolloutId: rollout.id,
        environment,
        expectedVersion: rollout.version,
        state: decision.state,
        active,
        epoch: renewed.epoch,
        plan: renewed.plan,
        decision,
        input,
        waitsKept: decision.kind === 'hold' && input.command === null ? WAITS_KEPT_MAX : null,
        atMs,
        change: changeOfDecision({ rollout: renewed, flag, decision, actor, atMs }),
        records: await recordsOfDecision({ storage, rollout, flag: flagOf(flag), decision, active, atMs }),
        notices: await noticesOfDecision(storage, { rollout: renewed, decision, input }),
        ...(successor && { successor }),
      },
      lease,
    );
    const fields = { rolloutId: rollout.id, environment, flagKey, decision: decision.kind, outcome: saved.kind };
    if (saved.kind === 'saved') {
      log.info({ ...fields, revision: saved.revision }, decision.reason);
      this.#options.onDecision(environment, decision.kind);
      this.#tell({ rollout, input, decision });
      accounting.wake(environment);
    } else log.debug(fields, 'the decision was not saved: something changed meanwhile');
    return saved;
  }

  #tell({ rollout, input, decision }: Omit<Considered, 'flag'>): void {
    const { onLook, platform } = this.#options;
    onLook?.({ rollout, input, decision, tookMs: platform.nowMs() - input.nowMs });
  }

  #actor(): Actor {
    return { kind: 'controller', id: this.#options.node, name: 'rollout controller' };
  }
}

function refusal({ state }: DecisionInput, reason: string): Decision {
  return { kind: 'refuse', state, reason, changed: false };
}

function haveSameStage({ state, plan }: RolloutRow, other: RolloutRow): boolean {
  const stageIndex = stageIndexOf(state, plan.stages.length);
  return state.kind === other.state.kind && stageIndex === stageIndexOf(other.state, plan.stages.length);
}

/** What owns no rule. */
const ENDED: readonly RolloutState['kind'][] = ['draft', 'succeeded', 'rolledBack', 'cancelled', 'superseded'];

function isActive(decision: Decision): boolean {
  const { kind } = decision.state;
  return !ENDED.includes(kind);
}
