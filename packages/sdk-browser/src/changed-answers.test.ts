import { createCoreClient } from '@tidegate/sdk-core';
import { buildFlag, buildSegment, InMemoryWire } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { changedAnswers } from './changed-answers.ts';

const rule = (segment: string) =>
  ({ id: 'r', condition: { segment }, serve: { kind: 'variation', variation: 'on' } }) as const;
const off = { kind: 'variation', variation: 'off' } as const;

test('a page hears of the flags that answer it otherwise, and of no other', async () => {
  const wire = new InMemoryWire().seed({
    flags: [
      buildFlag({ key: 'asks-segment', rules: [rule('staff')], fallthrough: off }),
      buildFlag({ key: 'asks-flag', prerequisites: [{ flag: 'asks-segment', variations: ['on'] }] }),
      buildFlag({ key: 'aside' }),
      buildFlag({ key: 'gone' }),
    ],
    segments: [buildSegment({ key: 'staff' })],
  });
  const context = { targetingKey: 'ann' };
  const client = createCoreClient({
    platform: wire.platform(),
    key: 'tg_web_key',
    changedBetween: changedAnswers,
    context,
  });
  client.start();
  const heard: (readonly string[])[] = [];
  client.on('change', ({ flagKeys }) => heard.push(flagKeys));
  await client.waitForInitialization();
  await wire.time.advance(0);
  const staff = (included: string[]) =>
    ({ kind: 'segment', key: 'staff', document: buildSegment({ key: 'staff', included }) }) as const;
  wire.publish(staff(['bob']));
  expect(heard).toEqual([]);
  wire.publish(staff(['bob', 'ann']));
  wire.publish(
    { kind: 'flag', key: 'gone', document: null },
    { kind: 'flag', key: 'new', document: buildFlag({ key: 'new' }) },
    { kind: 'flag', key: 'aside', document: buildFlag({ key: 'aside', revision: 9 }) },
  );
  expect(heard).toEqual([
    ['asks-segment', 'asks-flag'],
    ['gone', 'new'],
  ]);
});
