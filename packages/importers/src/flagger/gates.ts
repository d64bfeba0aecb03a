import type { WrittenPlan } from '@tidegate/analysis/plans';
import { writtenDuration } from '../canaries/durations.ts';
import type { Findings } from '../canaries/findings.ts';
import type { ImportedWebhook } from '../canaries/imported-rollouts.ts';

type WrittenGate = NonNullable<WrittenPlan['gates']>[number];

/** What a plan takes: the addresses of gates carry no credentials. */
const ADDRESS = /^https?:\/\/([^/?#@\s\\]+)([/?][^#\s\\]*)?$/i;
const NAME_LENGTH_MAX = 50;
const SECRET_LENGTH_MAX = 64;
const TIMEOUT_MS = { min: 100, max: 60_000 };
/** Flagger waits without an end; a plan waits for a week, and then the share stays where it is until a person comes. */
const DEADLINE: NonNullable<WrittenGate['deadline']> = { after: '7d', then: 'hold' };

/** Whether the plan can ask it at all. */
export function isAskable({ url }: Pick<ImportedWebhook, 'url'>): boolean {
  return ADDRESS.test(url);
}

/**
 * Flagger's gates as the plan's: `confirm-rollout` before the start, `confirm-traffic-increase` before every rise,
 * `confirm-promotion` before the last rise, or, where everybody is treated before it, before the success. 200 opens, and
 * everything else is "not yet", as there; each is asked once an interval.
 */
export function gatesOf(
  webhooks: readonly ImportedWebhook[],
  { intervalMs, isFullBefore, findings }: { intervalMs: number; isFullBefore: boolean; findings: Findings },
): readonly WrittenGate[] {
  const taken = new Set<string>();
  return webhooks.flatMap((webhook) => {
    const { url, timeoutMs, metadata } = webhook;
    const host = ADDRESS.exec(url)?.[1]?.toLowerCase() ?? '';
    const secret = `gate-${host}`.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, SECRET_LENGTH_MAX);
    if (Object.keys(metadata).length > 0) {
      findings.leaveOut(
        `The metadata of the webhook ${webhook.name}: a gate is told of the rollout, and nothing else.`,
      );
    }
    findings.note(
      `The gate ${webhook.name} is asked signed: give TIDEGATE_SECRETS a ${secret} for the host ${host}, and name the host in TIDEGATE_OUTBOUND_ALLOW where its address is private.`,
    );
    const waited = Math.min(Math.max(timeoutMs, TIMEOUT_MS.min), TIMEOUT_MS.max);
    const asked = {
      url,
      secret,
      every: writtenDuration(intervalMs),
      timeout: writtenDuration(waited),
      deadline: DEADLINE,
    };
    return placesOf(webhook, isFullBefore).map(({ before, suffix }): WrittenGate => {
      const name = freeName(`${webhook.name}${suffix}`, taken);
      return { name, before, ...asked };
    });
  });
}

function placesOf({ at }: ImportedWebhook, isFullBefore: boolean) {
  if (at === 'start') return [{ before: 'start', suffix: '' }] as const;
  if (at === 'promote') return [{ before: isFullBefore ? 'success' : 'last-stage', suffix: '' }] as const;
  // The first share is a rise too.
  return [
    { before: 'start', suffix: '-start' },
    { before: 'advance', suffix: '' },
  ] as const;
}

function freeName(text: string, taken: Set<string>): string {
  const name =
    text
      .replaceAll(/[^a-zA-Z0-9._-]/g, '-')
      .replace(/^[^a-zA-Z0-9]+/, '')
      .slice(0, NAME_LENGTH_MAX) || 'gate';
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name}-${number}`;
  taken.add(free);
  return free;
}
