import type { GateAnswer } from '@tidegate/analysis';
import { type HttpClient, signingSecret, signWebhook } from '../../http-client/index.ts';
import type { OutboundSecret } from '../../outbound-secrets.ts';
import type { GateQuestion } from './gate-question.ts';
import { readGateAnswer } from './read-gate-answer.ts';

export interface AskDeps {
  readonly client: HttpClient;
  readonly secrets: ReadonlyMap<string, OutboundSecret>;
  readonly nowMs: () => number;
}

/** As Flagger calls where a canary is when it asks: whoever answered its gates reads it. */
const PHASES = { start: 'Waiting', advance: 'Progressing', 'last-stage': 'WaitingPromotion', success: 'Finalising' };

/**
 * Asks once, signed as Standard Webhooks has it. The body says what is asked (`data`), and beside it what a receiver of
 * Flagger's webhooks reads: `name`, `namespace` and `phase`.
 */
export async function askGate(
  { gate, id, data }: GateQuestion,
  { client, secrets, nowMs }: AskDeps,
  signal: AbortSignal,
): Promise<GateAnswer> {
  const { name, url, timeoutMs } = gate;
  const environment = `${data.project}/${data.environment}`;
  const { value: secret, flaw } = signingSecret(gate, { environment, all: secrets });
  if (flaw !== undefined) return { name, answer: 'error', detail: flaw };
  const atMs = nowMs();
  const body = JSON.stringify({
    type: 'tidegate.gate',
    timestamp: new Date(atMs).toISOString(),
    data,
    name: data.flagKey,
    namespace: data.environment,
    phase: PHASES[gate.before],
  });
  const answer = await client.send({
    method: 'POST',
    url: new URL(url),
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      ...signWebhook({ id, atMs, body }, secret),
    },
    body,
    timeoutMs,
    secrets: [secret],
    signal,
  });
  return { name, ...readGateAnswer(answer, [secret]) };
}
