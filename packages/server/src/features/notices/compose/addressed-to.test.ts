import { type ChannelSettings, channelSettingsSchema } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import type { SettingsRow } from '../../../storage/storage.ts';
import { buildNotice } from '../notice.fixture.ts';
import { addressedTo } from './addressed-to.ts';

const SETUP = { kind: 'setup', id: 's', name: 's' } as const;
const SECRET = { secret: 'name' };

function channel(key: string, settings: object): SettingsRow {
  const document: ChannelSettings = channelSettingsSchema.parse(
    'kind' in settings ? settings : { kind: 'slack', url: SECRET, ...settings },
  );
  return { kind: 'channel', scope: 'default/production', key, version: 1, document, createdAtMs: 0, createdBy: SETUP };
}
const hook = (at: 'pre-rollout' | 'post-rollout' | 'rollback', url = 'https://ci.example.com/hook') => ({
  at,
  url,
  secret: 'ci',
});
const targetsOf = (addressees: Partial<Parameters<typeof addressedTo>[0]>, notice = buildNotice()) =>
  addressedTo({ channels: [], hooks: [], ...addressees }, [{ notice }]).map(({ target }) => target);

test('a channel is told what it asked for, of the flags that it asked for', () => {
  const channels = [
    channel('all', {}),
    channel('kills', { on: ['killed'] }),
    channel('steps', { on: ['step'] }),
    channel('checkout', { flags: ['new-checkout'] }),
    channel('search', { flags: ['search'] }),
  ];
  expect(targetsOf({ channels })).toEqual(['channel:all', 'channel:kills', 'channel:checkout']);
});

test('who keeps alarms is told of what raises or ends one, and of nothing else', () => {
  const channels = [channel('pages', { kind: 'pagerduty', routingKey: SECRET })];
  expect(targetsOf({ channels })).toEqual(['channel:pages']);
  expect(targetsOf({ channels }, buildNotice({ kind: 'rolled-back', alarm: 'ended' }))).toEqual(['channel:pages']);
  expect(targetsOf({ channels }, buildNotice({ kind: 'started', alarm: 'none' }))).toEqual([]);
});

test('a channel may say another severity of everything', () => {
  const channels = [channel('calm', { severity: 'info' })];
  const [told] = addressedTo({ channels, hooks: [] }, [{ notice: buildNotice() }]);
  expect(told?.document).toMatchObject({ notice: { severity: 'info' }, to: { kind: 'channel', key: 'calm' } });
});

test('a hook is told when its time comes, and all hooks of one address are one target', () => {
  const hooks = [
    hook('pre-rollout'),
    hook('rollback', 'https://other.example.com'),
    hook('rollback'),
    hook('post-rollout'),
  ];
  const told = (kind: 'started' | 'killed' | 'rolled-back' | 'step') => targetsOf({ hooks }, buildNotice({ kind }));
  expect(told('started')).toEqual(['hook:0']);
  expect(told('killed')).toEqual(['hook:1', 'hook:0']);
  expect(told('rolled-back')).toEqual(['hook:0']);
  expect(told('step')).toEqual([]);
});

test('hooks of one host share a lane, and each channel has its own', () => {
  const hooks = [hook('rollback'), hook('rollback', 'https://ci.example.com/other')];
  const notices = addressedTo({ channels: [channel('ops', {})], hooks }, [{ notice: buildNotice(), once: 'x' }]);
  expect(notices.map(({ lane, once }) => `${lane} ${once}`)).toEqual([
    'channel:ops x',
    'host:ci.example.com x',
    'host:ci.example.com x',
  ]);
});
