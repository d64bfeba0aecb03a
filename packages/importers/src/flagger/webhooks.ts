import { goDurationMs } from '../canaries/durations.ts';
import type { Findings } from '../canaries/findings.ts';
import type { ImportedWebhook } from '../canaries/imported-rollouts.ts';
import type { Members } from '../canaries/members.ts';
import { Refusal } from '../refusal.ts';
import { isAskable } from './gates.ts';

export interface Webhook {
  readonly webhook: ImportedWebhook;
  /** The plan asks it itself. */
  readonly isGate: boolean;
  /** Where a person is asked instead. */
  readonly asksBefore: 'start' | 'advance' | 'promote' | undefined;
}

interface Meaning extends Pick<ImportedWebhook, 'role' | 'at'> {
  readonly asksBefore?: Webhook['asksBefore'];
}

/** What Flagger does with each: a gate waits, a check that fails counts as failed, an answer to `rollback` rolls back. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  'confirm-rollout': { role: 'gate', at: 'start', asksBefore: 'start' },
  'pre-rollout': { role: 'check', at: 'before', asksBefore: 'start' },
  rollout: { role: 'check', at: 'throughout' },
  'confirm-traffic-increase': { role: 'gate', at: 'advance', asksBefore: 'advance' },
  'confirm-promotion': { role: 'gate', at: 'promote', asksBefore: 'promote' },
  'post-rollout': { role: 'notice', at: 'after' },
  rollback: { role: 'rollback', at: 'throughout' },
  event: { role: 'notice', at: 'every-event' },
};

const TIMEOUT_DEFAULT = '10s';

export function readWebhooks(analysis: Members, findings: Findings): readonly Webhook[] {
  return analysis.listOf('webhooks').map((webhook) => readWebhook(webhook, findings));
}

function readWebhook(webhook: Members, findings: Findings): Webhook {
  const name = webhook.neededText('name');
  const type = webhook.text('type') || 'rollout';
  const meaning = Object.hasOwn(MEANINGS, type) ? MEANINGS[type] : undefined;
  if (meaning === undefined) throw new Refusal(`The webhook ${JSON.stringify(name)} has the unknown type ${type}.`);
  const { role, at, asksBefore } = meaning;
  if (webhook.truth('disableTLS') === true) findings.leaveOut(`The webhook ${name}: certificates are always checked.`);
  webhook.truth('muteAlert');
  const read: ImportedWebhook = {
    name,
    role,
    at,
    url: webhook.neededText('url'),
    timeoutMs: goDurationMs(webhook.text('timeout') ?? TIMEOUT_DEFAULT, webhook.pathOf('timeout')),
    retries: webhook.count('retries') ?? 0,
    metadata: webhook.wholeRecord('metadata') ?? {},
  };
  if (role === 'gate' && isAskable(read)) return { webhook: read, isGate: true, asksBefore: undefined };
  const instead =
    asksBefore === undefined ? '' : ` A person is asked before ${STAGES_OF[asksBefore]} instead (approval).`;
  const why = role === 'gate' ? 'a gate of a plan has a plain http address' : 'plans ask gates only';
  findings.leaveOut(`The webhook ${name} (${type}) is among the connections: ${why}.${instead}`);
  return { webhook: read, isGate: false, asksBefore };
}

const STAGES_OF = { start: 'the first stage', advance: 'each stage', promote: 'the last stage' } as const;
