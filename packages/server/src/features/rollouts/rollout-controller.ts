import { type Actor, type Decision, type DecisionInput, decide, type RolloutCommand } from '@tidegate/analysis';
import type { Logger } from 'pino';
import type { Platform } from '../../platform.ts';
import type { LeaseToken, RolloutRow, SaveDecisionOutcome } from '../../storage/storage.ts';
import { flagOf } from '../flags/index.ts';
import { type GatherOptions, gatherInput } from './gather-input.ts';
import { changeOfDecision, recordsOfDecision } from './rollout-changes.ts';

/** Time alone can make a decision due (a dwell ends, data stops): every active rollout is looked at this often. */
const LOOK_INTERVAL_MS = 1_000;
/** Somebody else changed rollout or flag between our read and our write: read again. */
const ATTEMPTS_MAX = 5;
/** Hundreds of SDKs confirm a kill within milliseconds: they are counted together. */
const CONFIRMATIONS_GATHER_MS = 20;
/** Active rollouts of one environment per page. */
const PAGE_LIMIT = 200;

export interface ControllerOptions extends GatherOptions {
  readonly platform: Platform;
  readonly node: string;
  readonly log: Logger;
  /** Called for each decision that was saved. */
  readonly onDecision: (environment: string, kind: Decision['kind']) => void;
}

export interface CommandTarget {
  readonly environment: string;
  readonly rolloutId: string;
  /** Refused unless the rollout still has this version. */
  readonly expectedVersion?: number;
}

export type CommandOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: string; readonly ended: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'stale'; readonly currentVersion: number };

/**
 * The shell around `decide`: gather, decide, one transaction. It looks at what is, at every arrival of evidence and
 * once a second, so a missed look needs no repair; and it changes a flag in no other way than an operator does.
 */
export class RolloutController {
  readonly #options: ControllerOptions;
  /** When each rollout was last looked at by this process: a long silence means that nobody watched. */
  readonly #lastLooks = new Map<string, number>();
  readonly #looking = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  /** Environments in which a kill waits for SDKs to confirm it. */
  readonly #aborting = new Set<string>();
  #stop: () => void = () => undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
  }

  start(): void {
    const { accounting, platform } = this.#options;
    accounting.onEvidence((environment) => void this.look(environment));
    this.#stop = platform.every(LOOK_INTERVAL_MS, async () => {
      await Promise.all(accounting.held().map((environment) => this.look(environment)));
    });
  }

  async stop(): Promise<void> {
    this.#stop();
    await Promise.all(this.#looking.values());
  }

  /** Looks at every active rollout of an environment; a call during a look causes one more after it. */
  look(environment: string): Promise<void> {
    const running = this.#looking.get(environment);
    if (running !== undefined) {
      this.#again.add(environment);
      return running;
    }
    const look = this.#lookUntilQuiet(environment)
      // The database did not answer: the next look, a second away, begins anew.
      .catch((error: unknown) =>
        this.#options.log.error({ err: error, environment }, 'rollouts could not be looked at'),
      )
      .finally(() => this.#looking.delete(environment));
    this.#looking.set(environment, look);
    return look;
  }

  /** SDKs are confirming something: worth a look only while a kill waits for it. */
  lookIfAborting(environment: string): void {
    if (!this.#aborting.delete(environment)) return;
    this.#options.platform.after(CONFIRMATIONS_GATHER_MS, () => void this.look(environment));
  }

  /** An operator's word. Any node may take it: the rollout's version keeps order, and nothing waits for the lease. */
  async command(target: CommandTarget, command: RolloutCommand): Promise<CommandOutcome> {
    const { storage } = this.#options;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const rollout = await storage.findRollout(target.environment, target.rolloutId);
      if (rollout === undefined) return { kind: 'missing' };
      if (target.expectedVersion !== undefined && target.expectedVersion !== rollout.version) {
        return { kind: 'stale', currentVersion: rollout.version };
      }
      const input = await this.#gather(rollout, command);
      const decision = decide(input);
      if (decision.kind === 'refuse') return { kind: 'refused', reason: decision.reason, ended: !rollout.active };
      const saved = await this.#save({ rollout, input, decision, lease: null });
      if (saved.kind !== 'saved') continue;
      void this.look(target.environment);
      return { kind: 'done' };
    }
    throw new Error(`Rollout ${target.rolloutId} changed ${ATTEMPTS_MAX} times while a command was applied`);
  }

  async #lookUntilQuiet(environment: string): Promise<void> {
    do {
      this.#again.delete(environment);
      this.#aborting.delete(environment);
      const lease = this.#options.accounting.holding(environment)?.lease;
      if (lease === undefined) return;
      for (let after: string | undefined; ; ) {
        const page = await this.#options.storage.listRollouts(environment, {
          active: true,
          limit: PAGE_LIMIT,
          ...(after === undefined ? {} : { after }),
        });
        for (const rollout of page) await this.#lookAt(rollout, lease);
        after = page.at(-1)?.id;
        if (page.length < PAGE_LIMIT) break;
      }
    } while (this.#again.has(environment));
  }

  async #lookAt(rollout: RolloutRow, lease: LeaseToken): Promise<void> {
    try {
      const input = await this.#gather(rollout, null);
      const decision = decide(input);
      this.#lastLooks.set(rollout.id, input.nowMs);
      if (decision.state.kind === 'aborting') this.#aborting.add(rollout.environment);
      // A stale rollout or flag is not an error: the next look sees what changed.
      if (decision.changed) await this.#save({ rollout, input, decision, lease });
    } catch (error) {
      // One broken rollout must not keep the others from being judged; it is judged again at the next look.
      this.#options.log.error({ err: error, rolloutId: rollout.id }, 'a rollout could not be judged');
    }
  }

  #gather(rollout: RolloutRow, command: RolloutCommand | null): Promise<DecisionInput> {
    const nowMs = this.#options.platform.nowMs();
    return gatherInput(this.#options, rollout, {
      command,
      nowMs,
      lastLookAtMs: this.#lastLooks.get(rollout.id) ?? null,
    });
  }

  async #save(options: {
    rollout: RolloutRow;
    input: DecisionInput;
    decision: Decision;
    lease: LeaseToken | null;
  }): Promise<SaveDecisionOutcome> {
    const { rollout, input, decision, lease } = options;
    const { storage, log } = this.#options;
    const { environment, flagKey } = rollout;
    const flag = await storage.findDocument({ environment, kind: 'flag', key: flagKey });
    if (flag === undefined) throw new Error(`Rollout ${rollout.id}: the flag ${flagKey} is gone`);
    const active = isActive(decision);
    const atMs = input.nowMs;
    const actor = input.command?.by ?? this.#actor();
    const saved = await storage.saveDecision(
      {
        rolloutId: rollout.id,
        environment,
        expectedVersion: rollout.version,
        state: decision.state,
        active,
        decision,
        input,
        atMs,
        change: changeOfDecision({ rollout, flag, decision, actor, atMs }),
        records: await recordsOfDecision({ storage, rollout, flag: flagOf(flag), decision, active, atMs }),
      },
      lease,
    );
    const fields = { rolloutId: rollout.id, environment, flagKey, decision: decision.kind, outcome: saved.kind };
    if (saved.kind === 'saved') {
      log.info({ ...fields, revision: saved.revision }, decision.reason);
      this.#options.onDecision(environment, decision.kind);
      this.#options.accounting.wake(environment);
    } else log.debug(fields, 'the decision was not saved: something changed meanwhile');
    if (!active) this.#lastLooks.delete(rollout.id);
    return saved;
  }

  #actor(): Actor {
    return { kind: 'controller', id: this.#options.node, name: 'rollout controller' };
  }
}

function isActive(decision: Decision): boolean {
  const { kind } = decision.state;
  return kind !== 'succeeded' && kind !== 'rolledBack' && kind !== 'cancelled';
}
