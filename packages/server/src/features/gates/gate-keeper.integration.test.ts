import { randomBytes } from 'node:crypto';
import type { Gate, HoldReason, RolloutState } from '@tidegate/analysis';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../http-client/index.ts';
import { replyJson, replyText, startStandIn } from '../../http-client/stand-in-server.fixture.ts';
import { manualPlatform } from '../../manual-platform.fixture.ts';
import { buildRollout } from '../../storage/contract/builders.contract.ts';
import { GateKeeper } from './gate-keeper.ts';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const EVERY_MS = 60_000;

async function open(url?: string) {
  const errors: unknown[] = [];
  const standIn = await startStandIn();
  const platform = manualPlatform((error) => {
    throw error;
  });
  const keeper = new GateKeeper({
    client: createHttpClient({ platform, allowedHosts: [standIn.host] }),
    secrets: new Map([['gate', { value: SECRET, host: standIn.host }]]),
    platform,
    onAnswer: () => undefined,
    onError: (error) => errors.push(error),
  });
  onTestFinished(async () => {
    keeper.stop();
    await standIn.close();
  });
  const timing = { everyMs: EVERY_MS, timeoutMs: 5_000, deadline: { afterMs: 3_600_000, then: 'abort' } } as const;
  const gate: Gate = {
    name: 'change',
    before: 'advance',
    url: url ?? `${standIn.url}/may-i`,
    secret: 'gate',
    ...timing,
  };
  const rollout = buildRollout('shop/production');
  const heldBy = (...reasons: readonly HoldReason[]) => {
    const holds = reasons.map((reason) => {
      return {
        reason,
        source: '',
        detail: '',
        sinceMs: 0,
        untilMs: null,
        outcome: 'hold',
        releasedBy: 'gate',
      } as const;
    });
    const state: RolloutState = { kind: 'progressing', stageIndex: 0, stageEnteredAtMs: 0, holds };
    return { ...rollout, plan: { ...rollout.plan, gates: [gate] }, state };
  };
  return { standIn, platform, keeper, heldBy, errors };
}

test('a yes outlasts an SDK that comes and has not confirmed yet, and is asked for again meanwhile', async () => {
  const { standIn, platform, keeper, heldBy } = await open();
  standIn.reply(replyText(''));
  expect(keeper.answersFor(heldBy('gate'))).toMatchObject([{ answer: 'unasked' }]);
  await expect.poll(() => keeper.answersFor(heldBy('ack-pending'))).toMatchObject([{ answer: 'open' }]);
  expect(standIn.requests).toHaveLength(1);
  standIn.reply(replyJson({ open: false }));
  await platform.advance(2 * EVERY_MS);
  await expect.poll(() => keeper.answersFor(heldBy('ack-pending'))).toMatchObject([{ answer: 'closed' }]);
});

test.each(['min-sample', 'stage-timer', 'freeze'] as const)(
  'a yes is forgotten when %s holds again',
  async (reason) => {
    const { standIn, keeper, heldBy } = await open();
    standIn.reply(replyText(''));
    await expect.poll(() => keeper.answersFor(heldBy('gate'))).toMatchObject([{ answer: 'open' }]);
    expect(keeper.lastAnswers(heldBy('gate'))).toMatchObject([{ answer: 'open' }]);
    expect(keeper.answersFor(heldBy('ack-pending', reason))).toEqual([]);
    expect(keeper.lastAnswers(heldBy('gate'))).toBeUndefined();
    expect(keeper.answersFor(heldBy('gate'))).toMatchObject([{ answer: 'unasked' }]);
  },
);

test('a fault in asking is an error of the gate, told, and asked about again', async () => {
  const { platform, keeper, heldBy, errors } = await open('no address');
  await expect
    .poll(() => keeper.answersFor(heldBy('gate')))
    .toMatchObject([{ answer: 'error', detail: /see its log/ }]);
  expect(errors).toHaveLength(1);
  await platform.advance(2 * EVERY_MS);
  keeper.answersFor(heldBy('gate'));
  await expect.poll(() => errors).toHaveLength(2);
});
