import type { ChannelOf, Notice } from '@tidegate/protocol';
import { boundSecret, destinationOf } from '../../../http-client/index.ts';
import { authHeaders } from '../../providers/index.ts';
import { httpSender } from './http-sender.ts';
import { flawedSender, type Sender, type SenderDeps } from './sender.ts';

/**
 * Alertmanager's API v2 (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml). An alert is its
 * labels: what ends an alarm names the same labels as what raised it, in each severity that it may have been raised in.
 */
export function alertmanagerSender({ address, auth, timeoutMs }: ChannelOf<'alertmanager'>, deps: SenderDeps): Sender {
  const url = new URL(`${address.replace(/\/+$/, '')}/api/v2/alerts`);
  const flaws: string[] = [];
  const values: string[] = [];
  const credentials = authHeaders(auth, ({ secret: name }) => {
    const { value = '', flaw } = boundSecret(deps.secrets, { name, host: destinationOf(url) });
    if (flaw !== undefined) flaws.push(flaw);
    values.push(value);
    return value;
  });
  const [flaw] = flaws;
  if (flaw !== undefined) return flawedSender(flaw);
  const manner = {
    // Basic authentication sends the password within a text in base64: neither may be shown.
    hidden: [...values, ...Object.values(credentials).map((header) => header.split(' ').at(-1) ?? '')],
    timeoutMs,
    requestOf: ({ notice }: { notice: Notice }) => ({
      url,
      headers: { 'content-type': 'application/json', ...credentials },
      body: JSON.stringify(alertsOf(notice)),
    }),
  };
  return httpSender(manner, deps);
}

/** Nobody is reminded for longer of what nobody ended: Alertmanager would otherwise call it over after five minutes. */
const FIRES_FOR_MS = 86_400_000;
const SEVERITIES: readonly Notice['severity'][] = ['info', 'warning', 'critical'];

function alertsOf(notice: Notice) {
  const { title, detail, kind, severity, alarm, atMs } = notice;
  const annotations = { summary: title, description: detail, kind };
  const isOver = alarm === 'ended';
  return (isOver ? SEVERITIES : [severity]).map((each) => ({
    labels: labelsOf(notice, each),
    annotations,
    startsAt: new Date(atMs).toISOString(),
    endsAt: new Date(isOver ? atMs : atMs + FIRES_FOR_MS).toISOString(),
  }));
}

function labelsOf({ environment, flagKey, rolloutId }: Notice, severity: Notice['severity']) {
  return { alertname: 'TidegateRollout', severity, environment, flag: flagKey, rollout: rolloutId };
}
