import type { RolloutCommand } from '@tidegate/analysis';
import { keySchema, type SignalReply, signalBodySchema, signalReplySchema } from '@tidegate/protocol';
import { environmentPath, paramsWithin, rolloutIdSchema } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Principal, type Route } from '../../http/route.ts';
import type { Storage } from '../../storage/storage.ts';
import type { RolloutController } from '../rollouts/index.ts';
import { readSignal, type SignalRead } from './read-signal.ts';

export interface SignalRouteDeps {
  readonly storage: Storage;
  readonly controller: Pick<RolloutController, 'command'>;
}

/** Longer than a signature is good for, before and after its time: whoever repeats a message later is refused by its age. */
const REMEMBER_MS = 15 * 60_000;
/** A flag has a rollout for each of its rules at most. */
const ROLLOUTS_MAX = 100;

const shared = {
  method: 'post',
  tag: 'rollouts',
  access: { kind: 'operator', role: 'killer', orSigned: true },
  body: signalBodySchema,
  reply: { status: 200, description: 'What it did to each rollout', schema: signalReplySchema },
  problems: ['not-found', 'invalid-signature', 'invalid-signal'],
} as const;

/**
 * The door for tools that may stop a rollout and nothing else: a signature in a key's place, and words that only lower.
 * A message is carried out once for each rollout, and then remembered by its id; in this order, for an abort that comes
 * twice does nothing twice, and one that is lost because the database was away in between would be missed. A sender that
 * tells several rollouts of one alert may do so under one id: that a kill is not lost is worth more than that whoever
 * kept a message could send it on, for it only lowers.
 */
export function signalRoutes(deps: SignalRouteDeps): Route[] {
  const { storage } = deps;
  return [
    defineRoute({
      ...shared,
      path: `${environmentPath}/rollouts/{rollout}/signals`,
      summary: 'Abort, freeze or pause a rollout by a signed message, or by an alert of Alertmanager',
      params: paramsWithin('rollout', rolloutIdSchema),
      async handle({ params: { environment, rollout }, body, principal, nowMs }) {
        const row = await storage.findRollout(environment, rollout);
        if (row === undefined) throw problem('not-found', { detail: `There is no rollout ${rollout} here.` });
        const asked = { environment, rolloutIds: [row.id], signal: readSignal(body), principal, nowMs };
        return { status: 200, body: await carryOutOnce(deps, asked) };
      },
    }),
    defineRoute({
      ...shared,
      path: `${environmentPath}/flags/{flag}/signals`,
      summary: 'The same for every active rollout of a flag; none is no error',
      params: paramsWithin('flag', keySchema),
      async handle({ params: { environment, flag }, body, principal, nowMs }) {
        const rows = await storage.listRollouts(environment, { active: true, flagKey: flag, limit: ROLLOUTS_MAX });
        const rolloutIds = rows.map(({ id }) => id);
        const asked = { environment, rolloutIds, signal: readSignal(body), principal, nowMs };
        return { status: 200, body: await carryOutOnce(deps, asked) };
      },
    }),
  ];
}

interface Asked {
  readonly environment: string;
  readonly rolloutIds: readonly string[];
  readonly signal: SignalRead | null;
  readonly principal: Principal;
  readonly nowMs: number;
}

async function carryOutOnce(deps: SignalRouteDeps, asked: Asked): Promise<SignalReply> {
  const { storage } = deps;
  const { environment, rolloutIds, signal, principal, nowMs } = asked;
  if (signal === null) return { signal: null, repeated: false, items: [] };
  const items: SignalReply['items'] = [];
  for (const rolloutId of rolloutIds) {
    const messageId = principal.messageId && `${rolloutId} ${principal.messageId}`;
    if (messageId !== undefined && (await storage.hasSignal(environment, messageId))) continue;
    items.push(await carryOut(deps, { environment, rolloutId }, commandOf(signal, principal)));
    if (messageId === undefined) continue;
    await storage.rememberSignal({ environment, messageId, atMs: nowMs }, nowMs - REMEMBER_MS);
  }
  return { signal: signal.signal, repeated: items.length === 0 && rolloutIds.length > 0, items };
}

function commandOf({ signal: kind, gradual, reason }: SignalRead, { actor: by }: Principal): RolloutCommand {
  return kind === 'abort' && gradual ? { kind, by, reason, gradual } : { kind, by, reason };
}

async function carryOut(
  { controller }: SignalRouteDeps,
  target: { readonly environment: string; readonly rolloutId: string },
  command: RolloutCommand,
): Promise<SignalReply['items'][number]> {
  const { rolloutId } = target;
  const outcome = await controller.command(target, command);
  if (outcome.kind === 'done') return { rolloutId, outcome: 'done', detail: '' };
  return { rolloutId, outcome: 'refused', detail: outcome.kind === 'refused' ? outcome.reason : outcome.kind };
}
