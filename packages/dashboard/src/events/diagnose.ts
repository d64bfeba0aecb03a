import type { AccessKeyView, MetricView, RecentEvents, RolloutView } from '@tidegate/protocol/types';
import { formatCount, formatElapsed } from '../text/format.ts';
import { eventName } from './event-name.ts';

/** What the accountant of an environment has counted, of which the page reads these. */
export interface EventCounts {
  readonly batches: number;
  readonly duplicateBatches: number;
  readonly missingBatches: number;
  readonly exposureRows: number;
  readonly outcomeRows: number;
  readonly evaluations: number;
  readonly malformedRows: number;
  readonly droppedExposures: number;
  readonly droppedOutcomes: number;
  readonly unknownRolloutExposures: number;
  readonly unmatchedOutcomes: number;
}

export interface Situation {
  readonly nowMs: number;
  readonly recent: RecentEvents;
  readonly counts: EventCounts | undefined;
  readonly connections: readonly { readonly keyKind: 'server' | 'browser' }[];
  /** Keys for SDKs of this environment; undefined for a reader who may not list keys. */
  readonly keys: readonly Pick<AccessKeyView, 'name' | 'hint' | 'revokedAtMs'>[] | undefined;
  /** Other environments into which events come. */
  readonly elsewhere: readonly string[];
  readonly metrics: readonly Pick<MetricView, 'key' | 'event'>[];
  /** Those that run. */
  readonly rollouts: readonly Pick<RolloutView, 'id' | 'flagKey' | 'plan' | 'evidence'>[];
}

export interface Advice {
  /** What is so. */
  readonly finding: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** SDKs flush every few seconds: what is silent for so long is not on its way. */
export const SILENT_MS = 300_000;
/** Clocks that people set by hand are off by minutes; those that programs set by milliseconds. */
const CLOCK_OFF_MS = 60_000;

/** Where events may be stuck and what goes wrong with those that come, the likeliest first; nothing where all is well. */
export function diagnose(situation: Situation): readonly Advice[] {
  const { recent, nowMs } = situation;
  const isComing = recent.sdks.some(({ lastAtMs }) => nowMs - lastAtMs <= SILENT_MS);
  return isComing ? adviceOnWhatComes(situation) : adviceOnSilence(situation);
}

function adviceOnSilence({ nowMs, recent, connections, keys, elsewhere }: Situation): readonly Advice[] {
  const advice: Advice[] = [];
  const last = recent.sdks.toSorted((one, other) => other.lastAtMs - one.lastAtMs)[0];
  if (last !== undefined) {
    advice.push({
      finding: `Nothing has come for ${formatElapsed(nowMs - last.lastAtMs)}; the last was of ${last.name} ${last.version}.`,
      remedy: 'Does the application still run, and ask for flags? Was it deployed with another key or address since?',
    });
  }
  if (connections.length > 0) return [...advice, ...adviceOnSilentSdks(connections)];
  const valid = keys?.filter(({ revokedAtMs }) => revokedAtMs === null);
  if (keys !== undefined && valid?.length === 0) {
    advice.push({
      finding:
        keys.length === 0
          ? 'This environment has no key for SDKs.'
          : `Every key for SDKs of this environment is revoked: ${keys.map(({ name }) => name).join(', ')}.`,
      remedy: 'Make one on the page of keys, and give it to the application.',
    });
  }
  if (elsewhere.length > 0) {
    advice.push({
      finding: `Events come into ${elsewhere.join(', ')}, and none comes here.`,
      remedy: 'A key belongs to one environment: does the application have the key of another one?',
    });
  }
  const hints = valid === undefined || valid.length === 0 ? '' : ` Keys of this one begin with ${hintsOf(valid)}.`;
  advice.push({
    finding: 'No SDK is connected to the node that answered.',
    remedy: `Is the address that the application has this server’s, and its key one of this environment?${hints} Does a firewall or a proxy keep it from the server? What the SDK says in the application’s log names the cause.`,
  });
  return advice;
}

/** Keys that are named; whoever has more looks on their page. */
const HINTS_MAX = 4;

function hintsOf(keys: readonly { readonly hint: string }[]): string {
  const named = keys.slice(0, HINTS_MAX).map(({ hint }) => hint);
  return keys.length > HINTS_MAX ? `${named.join(', ')} and others` : named.join(', ');
}

function adviceOnSilentSdks(connections: Situation['connections']): readonly Advice[] {
  const browsers = connections.filter(({ keyKind }) => keyKind === 'browser').length;
  if (browsers === connections.length) {
    return [
      {
        finding: `${formatCount(browsers)} browsers are connected, and none reports anything.`,
        remedy:
          'Something in the page may block the request to /sdk/v1/events: an extension, or the page’s own content security policy, whose connect-src must name this server’s origin. The console of the browser says which.',
      },
    ];
  }
  return [
    {
      finding: `${formatCount(connections.length)} SDKs are connected, and no event comes.`,
      remedy:
        'They send some seconds after something was evaluated: does the application ask for a flag? A client that is made for each request and never closed loses what it has not sent: make one, and close it at the end.',
    },
  ];
}

function adviceOnWhatComes(situation: Situation): readonly Advice[] {
  return [
    ...adviceOnExposures(situation),
    ...adviceOnEvents(situation),
    ...adviceOnBrowsers(situation),
    ...adviceOnLoss(situation),
    ...adviceOnClocks(situation),
  ];
}

function adviceOnExposures({ rollouts, recent }: Situation): readonly Advice[] {
  const advice: Advice[] = [];
  const sum = (of: 'exposures' | 'outcomes') => recent.minutes.reduce((total, minute) => total + minute[of], 0);
  for (const { flagKey, evidence } of rollouts) {
    if (evidence.lastExposureAtMs !== null) continue;
    advice.push({
      finding: `The rollout of ${flagKey} has not seen one exposure.`,
      remedy: `Does the application ask for ${flagKey}, with a unit key in its context, through an SDK under a key of this environment?`,
    });
  }
  if (sum('exposures') > 0 && sum('outcomes') === 0) {
    advice.push({
      finding: 'Exposures come and no outcome does.',
      remedy: 'Guards learn from client.run, client.track or the Express middleware: call one of them.',
    });
  }
  return advice;
}

/** Names that are written in two places, and may be written differently. */
function adviceOnEvents({ recent, metrics, rollouts }: Situation): readonly Advice[] {
  const coming = new Set(recent.events.map(({ event }) => eventName(event)));
  const read = new Set([
    ...metrics.map(({ event }) => event),
    ...rollouts.flatMap(({ plan }) =>
      plan.guards.flatMap((guard) => (guard.definition ? [guard.definition.event] : [])),
    ),
  ]);
  const unread = [...coming].filter((event) => !event.startsWith('$') && !read.has(event));
  const advice: Advice[] = [];
  if (unread.length > 0) {
    advice.push({
      finding: `No metric reads ${unread.map((event) => `“${event}”`).join(', ')}.`,
      remedy:
        'Is the name misspelled, in the application or in the metric? Otherwise make a metric of it, or track it no more.',
    });
  }
  const hasOutcomes = coming.size > 0;
  for (const { flagKey, plan } of rollouts) {
    for (const { metric, definition } of plan.guards) {
      const event = definition?.event ?? metrics.find(({ key }) => key === metric)?.event;
      // No error within the hour is how it should be.
      if (!hasOutcomes || event === undefined || event === '$error' || coming.has(event)) continue;
      advice.push({
        finding: `The guard ${metric} of ${flagKey} reads “${event}”, which has not come within the hour.`,
        remedy: 'Does the application track it, under this very name, for the units that the rollout exposes?',
      });
    }
  }
  return advice;
}

function adviceOnBrowsers({ recent, rollouts }: Situation): readonly Advice[] {
  const isBrowserOnly = recent.sdks.length > 0 && recent.sdks.every(({ keyKind }) => keyKind === 'browser');
  const deaf = rollouts.flatMap(({ flagKey, plan }) =>
    plan.guards
      .filter(({ definition }) => definition?.browserEvidence === false)
      .map(({ metric }) => `${metric} of ${flagKey}`),
  );
  if (!isBrowserOnly || deaf.length === 0) return [];
  return [
    {
      finding: `Only browsers report, and ${deaf.join(', ')} counts nothing that comes under a browser key.`,
      remedy: 'Anyone can forge what comes under a browser key. Say browserEvidence: true where that is accepted.',
    },
  ];
}

/** A tenth: some outcomes always are of units that were exposed before the rollout began. */
const UNMATCHED_SHARE_MAX = 0.1;

function adviceOnLoss({ recent, counts }: Situation): readonly Advice[] {
  const advice: Advice[] = [];
  const dropped = recent.minutes.reduce((total, minute) => total + minute.dropped, 0);
  if (dropped > 0) {
    const who = recent.sdks.filter((sdk) => sdk.dropped > 0).map(({ name, version }) => `${name} ${version}`);
    advice.push({
      finding: `SDKs dropped ${formatCount(dropped)} events within the hour: ${who.join(', ')}.`,
      remedy:
        'Their queues were full: is the server reachable all the time, and fast enough? The queue can be made larger.',
    });
  }
  if (counts !== undefined && counts.unmatchedOutcomes > counts.outcomeRows * UNMATCHED_SHARE_MAX) {
    advice.push({
      finding: 'Many outcomes are of units that nobody exposed.',
      remedy: 'Do both sides use the same unit key: the one that evaluates, and the one that tracks?',
    });
  }
  if (counts !== undefined && counts.malformedRows > 0) {
    advice.push({
      finding: `${formatCount(counts.malformedRows)} rows pointed nowhere.`,
      remedy: 'An SDK that is not ours, or an old one, writes its batches wrongly: look at the versions below.',
    });
  }
  return advice;
}

function adviceOnClocks({ recent }: Situation): readonly Advice[] {
  return recent.sdks
    .filter(({ clockAheadMs }) => Math.abs(clockAheadMs) >= CLOCK_OFF_MS)
    .map(({ name, version, clockAheadMs }) => ({
      finding: `The clock of ${name} ${version} is ${formatElapsed(Math.abs(clockAheadMs))} ${clockAheadMs > 0 ? 'ahead' : 'behind'}.`,
      remedy:
        'Nothing is counted by it, for events carry their age. But start times and logs of that machine are off: set its clock. A batch that was sent again after an outage looks the same.',
    }));
}
