import type { ChannelOf, Notice } from '@tidegate/protocol';
import { boundSecret, destinationOf } from '../../../http-client/index.ts';
import { cut, oneLine } from './cut.ts';
import { httpSender } from './http-sender.ts';
import { flawedSender, type Sender, type SenderDeps } from './sender.ts';

/**
 * PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/send-alert-event): one incident for each rollout, by
 * its dedup key. What raises an alarm triggers it, and what ends one resolves it; a second trigger adds to the first.
 */
export function pagerDutySender({ address, routingKey, timeoutMs }: ChannelOf<'pagerduty'>, deps: SenderDeps): Sender {
  const url = new URL(`${address.replace(/\/+$/, '')}/v2/enqueue`);
  const { value, flaw } = boundSecret(deps.secrets, { name: routingKey.secret, host: destinationOf(url) });
  if (flaw !== undefined) return flawedSender(flaw);
  const manner = {
    hidden: [value],
    timeoutMs,
    requestOf: ({ notice }: { notice: Notice }) => ({
      url,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(pagerDutyEvent(notice, value)),
    }),
    findDoubt: (text: string) =>
      saysSuccess(text) ? undefined : 'PagerDuty says {"status": "success"} when it took an event.',
  };
  return httpSender(manner, deps);
}

/** As the Events API limits it. */
const SUMMARY_LENGTH_MAX = 1_024;

function pagerDutyEvent(notice: Notice, routingKey: string) {
  const { title, detail, severity, environment, flagKey, kind, alarm, atMs } = notice;
  const event = { routing_key: routingKey, dedup_key: `tidegate/${notice.rolloutId}` };
  if (alarm === 'ended') return { ...event, event_action: 'resolve' };
  return {
    ...event,
    event_action: 'trigger',
    client: 'Tidegate',
    payload: {
      summary: cut(oneLine(detail === '' ? title : `${title}. ${detail}`), SUMMARY_LENGTH_MAX),
      source: environment,
      severity,
      timestamp: new Date(atMs).toISOString(),
      component: flagKey,
      group: environment,
      class: kind,
      custom_details: notice,
    },
  };
}

function saysSuccess(text: string): boolean {
  try {
    // Whatever it is, it either has that member or has not.
    return (JSON.parse(text) as { status?: unknown } | null)?.status === 'success';
  } catch {
    return false;
  }
}
