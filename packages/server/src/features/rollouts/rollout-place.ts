import * as z from 'zod';
import { environmentPath, rolloutIdSchema } from '../../http/environment-path.ts';
import { problem } from '../../http/problem.ts';
import type { RouteReply } from '../../http/route.ts';
import type { Platform } from '../../platform.ts';
import type { GatherOptions } from './gather-input.ts';
import type { RolloutController } from './rollout-controller.ts';
import { viewOfRollout } from './rollout-view.ts';

/** What every route of rollouts shares: where rollouts are, and how one is told. */
export interface RolloutDeps extends GatherOptions {
  readonly platform: Platform;
  readonly controller: RolloutController;
}

export const ROLLOUTS_PATH = `${environmentPath}/rollouts`;
const place = { project: z.string(), environment: z.string() };
export const environmentParams = z.object(place);
export const rolloutParams = z.object({ ...place, rollout: rolloutIdSchema });
type Place = z.infer<typeof environmentParams>;
export const environmentOf = ({ project, environment }: Place) => `${project}/${environment}`;

export async function replyWith(deps: RolloutDeps, environment: string, rolloutId: string): Promise<RouteReply> {
  const row = await deps.storage.findRollout(environment, rolloutId);
  if (row === undefined) throw noSuchRollout(rolloutId);
  return { status: 200, body: await viewOfRollout(deps, row) };
}

export function noSuchRollout(rolloutId: string) {
  return problem('not-found', { detail: `There is no rollout ${rolloutId} here.` });
}
