import { type Gate, type GateAnswer, gatesBefore, type HoldReason, isBlocking } from '@tidegate/analysis';
import { signingSecret } from '../../http-client/index.ts';
import type { Platform } from '../../platform.ts';
import type { RolloutRow } from '../../storage/storage.ts';
import { type AskDeps, askGate } from './ask-gate.ts';
import { questionOf, stepOf } from './gate-question.ts';

export interface GateKeeperOptions extends Omit<AskDeps, 'nowMs'> {
  readonly platform: Pick<Platform, 'nowMs' | 'every' | 'randomBytes'>;
  /** Told of every answer: the controller need not wait for its next look. */
  readonly onAnswer: (environment: string, answer: GateAnswer['answer']) => void;
  /** What is no answer, but a fault of ours. */
  readonly onError: (error: unknown) => void;
}

/** Gates are asked again within this share of their interval, before or after: many rollouts must not ask as one. */
const JITTER_SHARE = 0.1;
/** What may hold a step while its gates are asked: they themselves, SDKs that come and go, the traffic that follows on a yes. */
const ASKED_BESIDE: readonly HoldReason[] = ['gate', 'ack-pending', 'traffic'];
/** What the controller has not looked at for so long waits no more. */
const FORGET_AFTER_MS = 10_000;

/** What the gates before one step have said. */
interface Wait {
  readonly step: string;
  readonly giveUp: AbortController;
  readonly said: Map<string, Asked>;
  seenAtMs: number;
}

interface Asked {
  answer: GateAnswer | null;
  isUnderWay: boolean;
  dueAtMs: number;
}

/**
 * Asks the gates of rollouts, beside the controller and never in its way: a look is told what was said by then. Answers
 * are about one step, are kept in memory only, and are forgotten as soon as something holds the step beside which no gate is
 * asked: then, and after a restart, every gate is asked anew. While the step waits for others,
 * a yes is asked for again as a no is, and counts meanwhile: one of this morning is none for what is raised tonight.
 *
 *     held by `gate` ─▶ asked ─▶ open, closed, error ─▶ asked again after `every`, until the step is taken
 *                         ▲               │
 *                         └───────────────┘
 */
export class GateKeeper {
  readonly #options: GateKeeperOptions;
  readonly #waits = new Map<string, Wait>();
  #stop: () => void = () => undefined;

  constructor(options: GateKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stop = this.#options.platform.every(FORGET_AFTER_MS, () => this.#forgetUnseen());
  }

  stop(): void {
    this.#stop();
    for (const rolloutId of [...this.#waits.keys()]) this.#forget(rolloutId);
  }

  /** Why a gate could not be asked from here. */
  findFlaw(environment: string, gate: Gate): string | undefined {
    return signingSecret(gate, { environment, all: this.#options.secrets }).flaw;
  }

  /** What the gates before the next step said last. Asks those whose time has come, and does not wait for them. */
  answersFor(rollout: RolloutRow): readonly GateAnswer[] {
    const { state, plan, id } = rollout;
    const step = stepOf(rollout);
    if (step === null || !('holds' in state)) return this.#forget(id);
    const nowMs = this.#options.platform.nowMs();
    const blocking = (state.holds ?? []).filter((hold) => isBlocking(hold, nowMs));
    const isWaiting = blocking.length > 0 && blocking.every(({ reason }) => ASKED_BESIDE.includes(reason));
    if (!isWaiting) return this.#forget(id);
    const wait = this.#waitFor(rollout, step);
    return gatesBefore(plan, state).map((gate) => {
      const asked = wait.said.get(gate.name) ?? { answer: null, isUnderWay: false, dueAtMs: 0 };
      wait.said.set(gate.name, asked);
      const waitMs = asked.dueAtMs - wait.seenAtMs;
      // Longer than any wait is one since which the clock was set back.
      const isDue = waitMs <= 0 || waitMs > gate.everyMs * (1 + JITTER_SHARE);
      if (isDue && !asked.isUnderWay) void this.#ask(gate, { rollout, wait, asked });
      return asked.answer ?? { name: gate.name, answer: 'unasked', detail: '' };
    });
  }

  /** The same without asking anybody, for who wants to show it; undefined where nobody was asked. */
  lastAnswers({ id, plan, state }: RolloutRow): readonly GateAnswer[] | undefined {
    const said = this.#waits.get(id)?.said;
    if (said === undefined || !('holds' in state)) return undefined;
    return gatesBefore(plan, state).flatMap(({ name }) => said.get(name)?.answer ?? []);
  }

  #waitFor(rollout: RolloutRow, step: string): Wait {
    // A jump down and up again, or a retry, comes to the same stage with another attempt.
    const attempt = `${rollout.epoch}/${step}`;
    const nowMs = this.#options.platform.nowMs();
    const known = this.#waits.get(rollout.id);
    if (known?.step === attempt) {
      known.seenAtMs = nowMs;
      return known;
    }
    this.#forget(rollout.id);
    const wait = { step: attempt, giveUp: new AbortController(), said: new Map<string, Asked>(), seenAtMs: nowMs };
    this.#waits.set(rollout.id, wait);
    return wait;
  }

  async #ask(
    gate: Gate,
    { rollout, wait, asked }: { readonly rollout: RolloutRow; readonly wait: Wait; readonly asked: Asked },
  ): Promise<void> {
    const { platform, onAnswer, client, secrets, onError } = this.#options;
    asked.isUnderWay = true;
    const question = questionOf(gate, rollout, stepOf(rollout) ?? '');
    const deps = { client, secrets, nowMs: platform.nowMs };
    const answer = await askGate(question, deps, wait.giveUp.signal).catch((error: unknown): GateAnswer => {
      // Nobody waits for this promise: a fault must neither end the process nor keep the gate from being asked again.
      onError(error);
      return { name: gate.name, answer: 'error', detail: 'This server failed to ask it: see its log.' };
    });
    asked.isUnderWay = false;
    if (wait.giveUp.signal.aborted) return;
    asked.answer = answer;
    asked.dueAtMs = platform.nowMs() + gate.everyMs * this.#jitter();
    onAnswer(rollout.environment, answer.answer);
  }

  /** Between 0.9 and 1.1. */
  #jitter(): number {
    const [byte = 0] = this.#options.platform.randomBytes(1);
    return 1 + JITTER_SHARE * (byte / 127.5 - 1);
  }

  #forget(rolloutId: string): readonly [] {
    this.#waits.get(rolloutId)?.giveUp.abort();
    this.#waits.delete(rolloutId);
    return [];
  }

  #forgetUnseen(): void {
    const seenSinceMs = this.#options.platform.nowMs() - FORGET_AFTER_MS;
    for (const [rolloutId, { seenAtMs }] of [...this.#waits]) if (seenAtMs < seenSinceMs) this.#forget(rolloutId);
  }
}
