import type { Deadline, Gate, RolloutPlan } from '../rollout/plan.ts';
import type { PlanWords } from './plan-words.ts';
import { readDeadline, type WrittenDeadline } from './written-deadline.ts';

/** A gate as people write it: what is asked, where, and by which secret; how often and for how long it need not say. */
export interface WrittenGate extends Pick<Gate, 'name' | 'before' | 'url' | 'secret'> {
  readonly every?: string;
  readonly everyMs?: number;
  readonly timeout?: string;
  readonly timeoutMs?: number;
  readonly deadline?: WrittenDeadline;
}

/** Whoever decides needs minutes, and another machine is not worn out by two requests a minute. */
const EVERY_MS = 30_000;
/** As Flagger and other senders of webhooks wait. */
const TIMEOUT_MS = 10_000;
/** Half a working day: what nobody let pass by then, nobody meant to. */
const GATE_DEADLINE: Deadline = { afterMs: 4 * 3_600_000, then: 'abort' };

/** Says how often each gate is asked, and until when. */
export function expandGates(written: readonly WrittenGate[] | undefined, words: PlanWords): Pick<RolloutPlan, 'gates'> {
  if (written === undefined) return {};
  const gates = written.map((gate, index): Gate => {
    const { name, before, url, secret, deadline } = gate;
    const path = ['gates', index];
    const everyMs = words.durationMs({ text: gate.every, value: gate.everyMs }, [...path, 'every']);
    const timeoutMs = words.durationMs({ text: gate.timeout, value: gate.timeoutMs }, [...path, 'timeout']);
    return {
      name,
      before,
      url,
      secret,
      everyMs: everyMs ?? EVERY_MS,
      timeoutMs: timeoutMs ?? TIMEOUT_MS,
      deadline: deadline === undefined ? GATE_DEADLINE : readDeadline(deadline, words, [...path, 'deadline']),
    };
  });
  return { gates };
}
