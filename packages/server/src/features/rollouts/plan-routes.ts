import { lintPlan } from '@tidegate/analysis/plans';
import { lintRequestSchema, lintViewSchema, rolloutViewSchema, writtenPlanSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { pointerOf } from '../../http/pointer.ts';
import { problem } from '../../http/problem.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import type { Platform } from '../../platform.ts';
import { admitPlan } from './admit-plan.ts';
import { createRollout, type TakeRule } from './create-rollout.ts';
import type { GatherOptions } from './gather-input.ts';
import { nextWindows } from './raise-window.ts';
import { readLintFacts } from './read-lint-facts.ts';
import type { RolloutController } from './rollout-controller.ts';
import { viewOfRollout } from './rollout-view.ts';

interface PlanDeps extends GatherOptions {
  readonly platform: Platform;
  readonly controller: RolloutController;
}

const BASE = `${environmentPath}/rollouts`;

/** What can keep a plan from being started. */
export const REFUSALS = [
  'not-found',
  'archived',
  'unknown-variation',
  'unknown-rule',
  'unknown-metric',
  'unknown-template',
  'unknown-environment',
  'invalid-template-arguments',
  'invalid-plan',
  'invalid-stages',
  'unknown-segment',
  'invalid-condition-value',
  'rule-does-not-serve-control',
  'rule-owned-by-rollout',
] as const;

const yesOrNo = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .exactOptional();

/** Enough to see what a cron expression means. */
const WINDOWS_TOLD = 3;

const createQuery = z.strictObject({
  draft: yesOrNo,
  force: yesOrNo.describe('Takes the rule from the active rollout that owns it, which is superseded.'),
});

export function planRoutes(deps: PlanDeps): Route[] {
  return [createRoute(deps), lintRoute(deps)];
}

function createRoute(deps: PlanDeps): Route {
  return defineRoute({
    method: 'post',
    path: BASE,
    summary: 'Start a rollout: move one rule of a flag from control to treatment while its guards allow it',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'editor' },
    params: environmentParams,
    query: createQuery,
    body: writtenPlanSchema,
    reply: { status: 201, description: 'The rollout', schema: rolloutViewSchema },
    problems: REFUSALS,
    async handle({ params: environment, query: { force, ...query }, body: plan, principal }) {
      const by = principal.actor;
      const takeRule: TakeRule = (owner, successor) =>
        deps.controller.command(
          { environment, rolloutId: owner.id, successor },
          { kind: 'supersede', by, reason: '', replacedBy: successor.id },
        );
      const request = { environment, plan, by, ...query, ...(force === true ? { takeRule } : {}) };
      const outcome = await createRollout(deps, request);
      if (outcome.kind === 'refused') {
        const [{ code, detail }] = outcome.refusals;
        const errors = outcome.refusals.map(({ path, detail: each }) => ({ pointer: pointerOf(path), detail: each }));
        throw problem(code, { detail, errors });
      }
      await deps.controller.look(environment);
      const row = (await deps.storage.findRollout(environment, outcome.rollout.id)) ?? outcome.rollout;
      return { status: 201, body: await viewOfRollout(deps, row), version: row.version };
    },
  });
}

function lintRoute(deps: PlanDeps): Route {
  return defineRoute({
    method: 'post',
    path: `${BASE}/lint`,
    summary: 'Tells of a plan how it would run, what keeps it from being started, and what its author may regret',
    tag: 'rollouts',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    body: lintRequestSchema,
    reply: { status: 200, description: 'The plan with everything said, refusals and warnings', schema: lintViewSchema },
    problems: [],
    async handle({ params: environment, body, principal, nowMs }) {
      const { traffic } = body;
      const { plan, flag, metrics, refusals } = await admitPlan(deps, {
        environment,
        written: body.plan,
        by: principal.actor,
        // Whoever may only read makes the server ask nobody.
        mayAsk: principal.key?.role === 'editor' || principal.key?.role === 'admin',
      });
      const facts = plan && (await readLintFacts(deps.storage, environment, { plan, traffic, nowMs }));
      const warnings = plan === null ? [] : lintPlan(plan, { ...facts, metrics, ...(flag && { flag }) });
      return {
        status: 200,
        body: {
          plan,
          refusals: refusals.map(({ path, ...refusal }) => ({ ...refusal, pointer: pointerOf(path) })),
          warnings: warnings.map(({ path, ...warning }) => ({ ...warning, pointer: pointerOf(path) })),
          windows: nextWindows(plan?.windows ?? [], { count: WINDOWS_TOLD, nowMs }),
        },
      };
    },
  });
}
