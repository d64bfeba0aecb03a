import { isBlocking, stageIndexOf, verdictOf } from '@tidegate/analysis';
import { goalSchema, keySchema, type VerdictView, verdictViewSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { environmentPath, paramsWithin, rolloutIdSchema } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { RolloutRow, Storage } from '../../storage/storage.ts';
import { noSuchRollout, ROLLOUTS_PATH } from './rollout-place.ts';

const VALUES = { successful: 1, failed: -1, inconclusive: 0, running: 0 } as const;

const query = z.strictObject({ for: goalSchema.prefault('succeeded') });

/**
 * Where a rollout stands, for machines that wait for it. Who asks by GET reads the answer (Argo's web metric); who asks by
 * POST reads the status alone (Flagger's webhooks: 200 open, 403 not yet). A manifest is written once, so it may name
 * the flag, whose active or else newest rollout is meant; and Flagger has no header for a key, so it may be a password.
 */
export function verdictRoutes({ storage }: { readonly storage: Storage }): Route[] {
  return (['get', 'post'] as const).flatMap((method) => {
    const shared = {
      method,
      tag: 'rollouts',
      access: { kind: 'operator', role: 'reader', orBasic: true },
      query,
      reply: { status: 200, description: 'What is so, and what is not yet', schema: verdictViewSchema },
      problems: ['not-found'],
    } as const;
    const asked = method === 'get' ? 'as a value' : 'as a status: 200 when it is so, 403 when it is not';
    const reply = (view: VerdictView) => ({ status: method === 'get' || view.open ? 200 : 403, body: view });
    return [
      defineRoute({
        ...shared,
        path: `${ROLLOUTS_PATH}/{rollout}/verdict`,
        summary: `Whether a rollout is where somebody wants it, ${asked}`,
        params: paramsWithin('rollout', rolloutIdSchema),
        async handle({ params: { environment, rollout }, query: { for: goal }, nowMs }) {
          const row = await storage.findRollout(environment, rollout);
          if (row === undefined) throw noSuchRollout(rollout);
          return reply(verdictViewOf(row, goal, nowMs));
        },
      }),
      defineRoute({
        ...shared,
        path: `${environmentPath}/flags/{flag}/verdict`,
        summary: `Whether the active or else the newest rollout of a flag is where somebody wants it, ${asked}`,
        params: paramsWithin('flag', keySchema),
        async handle({ params: { environment, flag }, query: { for: goal }, nowMs }) {
          const row = await storage.findNewestRollout(environment, flag);
          if (row === undefined) throw problem('not-found', { detail: `${flag} has no rollout here.` });
          return reply(verdictViewOf(row, goal, nowMs));
        },
      }),
    ];
  });
}

function verdictViewOf({ id, flagKey, state, plan }: RolloutRow, goal: z.output<typeof goalSchema>, nowMs: number) {
  const stageCount = plan.stages.length;
  const verdict = verdictOf({ state, stageCount }, goal, nowMs);
  const holds = 'holds' in state ? (state.holds ?? []) : [];
  return {
    verdict,
    value: VALUES[verdict],
    open: verdict === 'successful',
    rolloutId: id,
    flagKey,
    phase: state.kind,
    stageIndex: stageIndexOf(state, stageCount),
    stageCount,
    holds: holds
      .filter((hold) => isBlocking(hold, nowMs))
      .map(({ reason, source }) => (source === '' ? reason : `${reason} ${source}`)),
  } satisfies VerdictView;
}
