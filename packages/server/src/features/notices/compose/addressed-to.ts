import type { Hook } from '@tidegate/analysis';
import type { ChannelSettings, Notice, NoticeKind } from '@tidegate/protocol';
import type { NewNotice, SettingsRow } from '../../../storage/storage.ts';
import { settingsOfChannel } from '../channel-of.ts';
import type { Composed } from './notices-of.ts';

/** What the outbox keeps of a notice: what is told, and to whom. */
export interface NoticeDocument {
  readonly notice: Notice;
  readonly to: { readonly kind: 'channel'; readonly key: string } | { readonly kind: 'hook'; readonly hook: Hook };
}

export interface Addressees {
  readonly channels: readonly SettingsRow[];
  readonly hooks: readonly Hook[];
}

/** One notice for each who is to be told, in the form that the outbox keeps. */
export function addressedTo({ channels, hooks }: Addressees, composed: readonly Composed[]): readonly NewNotice[] {
  return composed.flatMap(({ notice, once }) => {
    const { kind } = notice;
    const told = once === undefined ? { kind } : { kind, once };
    return [
      ...channels
        .filter((row) => wants(settingsOfChannel(row), notice))
        .map((row): NewNotice => {
          const { severity = notice.severity } = settingsOfChannel(row);
          const document: NoticeDocument = { notice: { ...notice, severity }, to: { kind: 'channel', key: row.key } };
          return { ...told, target: `channel:${row.key}`, lane: `channel:${row.key}`, document };
        }),
      ...hooks.flatMap((hook): NewNotice[] => {
        if (!KINDS_AT[hook.at].includes(kind)) return [];
        const document: NoticeDocument = { notice, to: { kind: 'hook', hook } };
        // Hooks of one address are one target: what it is told first came first.
        const index = hooks.findIndex(({ url }) => url === hook.url);
        return [{ ...told, target: `hook:${index}`, lane: `host:${new URL(hook.url).host}`, document }];
      }),
    ];
  });
}

const KINDS_AT: Readonly<Record<Hook['at'], readonly NoticeKind[]>> = {
  'pre-rollout': ['started'],
  rollback: ['killed'],
  'post-rollout': ['succeeded', 'rolled-back', 'kill-unconfirmed', 'superseded'],
};

function wants(settings: ChannelSettings, { kind, flagKey, alarm }: Notice): boolean {
  const { on, flags } = settings;
  if (on !== undefined && !on.includes(kind)) return false;
  if (flags !== undefined && !flags.includes(flagKey)) return false;
  return alarm !== 'none' || !keepsAlarms(settings);
}

/** Channels that know alarms and nothing else: they are told of what raises or ends one. */
export function keepsAlarms({ kind }: ChannelSettings): boolean {
  return kind === 'pagerduty' || kind === 'alertmanager';
}
