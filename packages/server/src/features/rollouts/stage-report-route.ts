import { stageIndexOf } from '@tidegate/analysis';
import { reportStrata } from '@tidegate/analysis/reports';
import * as z from 'zod';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { environmentOf, noSuchRollout, ROLLOUTS_PATH, type RolloutDeps, rolloutParams } from './rollout-place.ts';

/** Of the intervals. */
const LEVEL = 0.95;

const stageParams = rolloutParams.extend({ stage: z.coerce.number().int().min(1) });

/**
 * Classical tests of a stage that was left: they hold for one look, so a stage in force has no report. One in which a cap
 * keeps units has, though it goes on to count them: what it counted is nowhere to be had once the rollout is over.
 */
export function stageReportRoute(deps: RolloutDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${ROLLOUTS_PATH}/{rollout}/stages/{stage}/report`,
    summary: 'Classical tests of a stage that was left (stages count from 1), to read once and not to decide by',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: stageParams,
    reply: { status: 200, description: 'The report, stratum by stratum' },
    problems: ['not-found'],
    async handle({ params }) {
      const environment = environmentOf(params);
      const rollout = await deps.storage.findRollout(environment, params.rollout);
      if (rollout === undefined) throw noSuchRollout(params.rollout);
      const stageIndex = params.stage - 1;
      const inForce = stageIndexOf(rollout.state, rollout.plan.stages.length) ?? 0;
      if (stageIndex >= inForce) {
        const detail = `Stage ${params.stage} was not left yet: these tests hold for one look, after its end.`;
        throw problem('not-found', { detail });
      }
      const strata = deps.accounting.holding(environment)?.accountant.stage(rollout.id, rollout.epoch, stageIndex);
      if (strata === undefined) {
        const detail = 'What each stage counted is kept while the rollout runs, by the node that counts: ask that one.';
        throw problem('not-found', { detail });
      }
      return { status: 200, body: reportStrata(strata, LEVEL) };
    },
  });
}
