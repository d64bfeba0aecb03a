import { setMaxListeners } from 'node:events';
import type { Sending } from '@tidegate/protocol';
import type { Logger } from 'pino';
import { redact } from '../../http-client/index.ts';
import type { Platform } from '../../platform.ts';
import { sharedRuns } from '../../shared-runs.ts';
import { readPages } from '../../storage/read-pages.ts';
import type { LeaseToken, NoticeRow, Storage } from '../../storage/storage.ts';
import { settingsOfChannel } from './channel-of.ts';
import type { NoticeDocument } from './compose/addressed-to.ts';
import { stuckNotice } from './compose/notices-of.ts';
import { addressed } from './compose/notices-of-decision.ts';
import { settlementOf } from './retry-plan.ts';
import { makeSender, type SendingDeps } from './senders/make-sender.ts';
import type { Message, Sender } from './senders/sender.ts';
import { webhookSender } from './senders/webhook.ts';

/** Retries come due with time alone. What a decision put into the outbox is sent at once. */
const LOOK_INTERVAL_MS = 1_000;
/** Longer than any sending may take: what was claimed so long ago and not settled was claimed by who died. */
const CLAIM_MS = 90_000;
/** Under way at a time, of all environments, of one, and to one place: a slow one takes no more than its share. */
const UNDER_WAY_MAX = 128;
const PER_ENVIRONMENT = 32;
const PER_LANE = 4;
/** Tries of what fails here, not there: with their waits, half a minute in which those behind it wait. */
const FAILED_HERE_MAX = 5;
/** As a gate waits, and other senders of webhooks. */
const HOOK_TIMEOUT_MS = 10_000;
/** Rollouts that wait for a person, and what is old, are looked for this often. */
const SWEEP_INTERVAL_MS = 60_000;
const PAGE_LIMIT = 200;
/** Beyond, the oldest are given up; and what is over is kept for so long, and no more of it than this. */
const LIMITS = { waitingMax: 10_000, settledMax: 10_000, sentForMs: 7 * 86_400_000, givenUpForMs: 30 * 86_400_000 };

export interface DispatcherOptions extends Omit<SendingDeps, 'platform'> {
  readonly storage: Storage;
  readonly platform: Platform;
  readonly log: Logger;
  /** The environments whose leases this node holds: it alone sends what is told of them. */
  readonly leases: {
    held(): readonly string[];
    holding(environment: string): { readonly lease: LeaseToken } | undefined;
  };
}

/**
 * Empties the outbox. A notice is claimed, sent, and settled by what came of it: sent, tried again later, or given up.
 * Who dies in between leaves a claim that runs out, and the next one sends the notice again under the same id.
 *
 *     decision ─▶ outbox ─▶ claimed ─▶ sent
 *                   ▲          │
 *                   └──────────┴─────▶ given up          Nothing that lowers exposure waits for any of it.
 */
export class OutboxDispatcher {
  readonly #options: DispatcherOptions;
  readonly #looks = new Map<string, () => Promise<void>>();
  /** With the environment of each. */
  readonly #underWay = new Map<Promise<void>, string>();
  readonly #giveUp = new AbortController();
  #stops: (() => void)[] = [];

  constructor(options: DispatcherOptions) {
    this.#options = options;
    // Each sending listens, some in two places: that many are no leak.
    setMaxListeners(2 * UNDER_WAY_MAX, this.#giveUp.signal);
  }

  start(): void {
    const { platform, leases } = this.#options;
    this.#stops = [
      platform.every(LOOK_INTERVAL_MS, () => Promise.all(leases.held().map((each) => this.look(each))).then(nothing)),
      platform.every(SWEEP_INTERVAL_MS, () =>
        Promise.all(leases.held().map((each) => this.#sweep(each))).then(nothing),
      ),
    ];
  }

  /** Fulfilled once nothing is under way. What was is put back, and may be sent again by whoever comes next. */
  async stop(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops = [];
    this.#giveUp.abort();
    await Promise.all([...this.#looks.values()].map((look) => look()));
    await Promise.all(this.#underWay.keys());
  }

  /** Claims and sends what is due. Waits for no sending. */
  look(environment: string): Promise<void> {
    let look = this.#looks.get(environment);
    if (look === undefined) {
      look = sharedRuns(() => this.#claim(environment));
      this.#looks.set(environment, look);
    }
    return look();
  }

  async #claim(environment: string): Promise<void> {
    const { storage, platform, leases, log } = this.#options;
    const lease = leases.holding(environment)?.lease;
    const ours = [...this.#underWay.values()].filter((each) => each === environment).length;
    const limit = Math.min(UNDER_WAY_MAX - this.#underWay.size, PER_ENVIRONMENT - ours);
    if (lease === undefined || limit <= 0 || this.#giveUp.signal.aborted) return;
    try {
      const claim = { environment, nowMs: platform.nowMs(), claimMs: CLAIM_MS, perLane: PER_LANE, limit };
      const claimed = await storage.claimNotices(claim, lease);
      for (const row of claimed) this.#begin(row);
    } catch (error) {
      // The database did not answer: the next look, a second away, begins anew.
      log.error({ err: error, environment }, 'notices could not be claimed');
    }
  }

  #begin(row: NoticeRow): void {
    const sending = this.#sendAndSettle(row).finally(() => {
      this.#underWay.delete(sending);
      // What waited behind it, in its line or its lane, is due.
      if (!this.#giveUp.signal.aborted) void this.look(row.environment);
    });
    this.#underWay.set(sending, row.environment);
  }

  async #sendAndSettle(row: NoticeRow): Promise<void> {
    const { storage, platform, log } = this.#options;
    const { environment, rolloutId, number, id, target, tries } = row;
    const fields = { environment, rolloutId, notice: id, target, tries };
    try {
      const sending = await this.#send(row);
      const isStopped = sending.kind === 'failed' && this.#giveUp.signal.aborted;
      const nowMs = platform.nowMs();
      const settlement = isStopped
        ? ({ state: 'waiting', dueAtMs: nowMs, failure: 'The server stopped meanwhile.' } as const)
        : settlementOf(row, sending, { nowMs, random: this.#random() });
      await storage.settleNotice({ number, tries }, settlement);
      if (sending.kind === 'sent') log.info(fields, 'a notice was sent');
      else log.warn({ ...fields, class: sending.class, state: settlement.state }, sending.detail);
    } catch (error) {
      // The database is away: the claim runs out, and the notice is tried again.
      log.error({ ...fields, err: error }, 'a notice could not be sent or settled');
    }
  }

  async #send(row: NoticeRow): Promise<Sending> {
    // Only the addressing of notices writes these documents.
    const { notice, to } = row.document as NoticeDocument;
    const message: Message = { id: row.id, notice };
    const makeSenderTo = await this.#findSender(row.environment, to);
    if (makeSenderTo === undefined) return { kind: 'failed', class: 'rejected', detail: 'The channel was removed.' };
    try {
      return await makeSenderTo().send(message, this.#giveUp.signal);
    } catch (error) {
      return this.#failedHere(row, error);
    }
  }

  /** Undefined where there is none any more. To make it is a part of sending: it may fail, and what fails is tried again. */
  async #findSender(environment: string, to: NoticeDocument['to']): Promise<(() => Sender) | undefined> {
    const { storage, secrets: all } = this.#options;
    if (to.kind === 'hook') {
      const deps = { ...this.#options, secrets: { environment, all } };
      return () => webhookSender({ ...to.hook, timeoutMs: HOOK_TIMEOUT_MS }, deps);
    }
    const row = await storage.findSettings({ kind: 'channel', scope: environment, key: to.key });
    if (row === undefined || row.document === null) return undefined;
    return () => makeSender(settingsOfChannel(row), environment, this.#options);
  }

  /** A bug of ours, which may pass with the moment or come with the notice: one that it comes with is given up soon. */
  #failedHere({ environment, id, target, tries }: NoticeRow, error: unknown): Sending {
    const { secrets, log } = this.#options;
    const hidden = [...secrets.values()].map(({ value }) => value);
    const stack = redact(error instanceof Error ? (error.stack ?? error.message) : String(error), hidden);
    log.error({ environment, notice: id, target, tries, stack }, 'a sender failed');
    const isLast = tries >= FAILED_HERE_MAX;
    return { kind: 'failed', class: isLast ? 'rejected' : 'unavailable', detail: 'The sender failed: see the log.' };
  }

  /** At least 0 and below 1. */
  #random(): number {
    const [byte0 = 0, byte1 = 0] = this.#options.platform.randomBytes(2);
    return (byte0 * 256 + byte1) / 65_536;
  }

  async #sweep(environment: string): Promise<void> {
    const { storage, platform, log, leases } = this.#options;
    if (leases.holding(environment) === undefined) return;
    try {
      const nowMs = platform.nowMs();
      const active = await readPages(
        PAGE_LIMIT,
        (page) => storage.listRollouts(environment, { ...page, active: true }),
        (row) => row.id,
      );
      for (const rollout of active) {
        const notices = await addressed(storage, rollout, stuckNotice(rollout, nowMs));
        const { id: rolloutId, version, plan } = rollout;
        const of = { environment, rolloutId, attempt: plan.attempt ?? 1, sequence: version - 1, atMs: nowMs };
        if (notices.length > 0) await storage.addNotices(of, notices);
      }
      await storage.trimNotices(environment, { nowMs, ...LIMITS });
    } catch (error) {
      log.error({ err: error, environment }, 'the outbox could not be swept');
    }
  }
}

function nothing(): void {}
