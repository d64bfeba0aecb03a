import type { ProviderGuard, RolloutPlan } from '@tidegate/analysis';
import type { PlanFlaw } from '@tidegate/analysis/plans';
import type { Storage } from '../../storage/storage.ts';
import { makeProvider, type ProviderDeps } from './make-provider.ts';
import { armsOf, queryOf } from './measurements/measurement-runner.ts';
import { settingsOf } from './provider-of.ts';
import { windowOf } from './window-of.ts';

interface GuardCheckDeps extends ProviderDeps {
  readonly storage: Pick<Storage, 'findSettings'>;
}

/**
 * What keeps the guards of a plan from ever being measured: a provider that is not there, or a query that it refuses. Each
 * is asked once, at the same time, where that may be; a provider that does not answer now refuses nothing.
 */
export async function findGuardRefusals(
  deps: GuardCheckDeps,
  { environment, plan, mayAsk }: { readonly environment: string; readonly plan: RolloutPlan; readonly mayAsk: boolean },
): Promise<PlanFlaw[]> {
  const { providerGuards: guards = [] } = plan;
  const flaws = await Promise.all(guards.map((guard) => findFlaws(deps, { environment, plan, mayAsk, guard })));
  return flaws.flatMap((ofGuard, index) =>
    ofGuard.map(({ member, detail }) => ({ code: 'invalid-plan', path: ['providerGuards', index, member], detail })),
  );
}

async function findFlaws(
  { storage, ...deps }: GuardCheckDeps,
  {
    environment,
    plan,
    mayAsk,
    guard,
  }: {
    readonly environment: string;
    readonly plan: RolloutPlan;
    readonly mayAsk: boolean;
    readonly guard: ProviderGuard;
  },
): Promise<readonly { readonly member: 'provider' | 'query'; readonly detail: string }[]> {
  const row = await storage.findSettings({ kind: 'provider', scope: environment, key: guard.provider });
  if (row === undefined || row.document === null) {
    const detail = `The environment has no metric provider ${guard.provider}: save it first.`;
    return [{ member: 'provider', detail }];
  }
  if (!mayAsk) return [];
  const settings = settingsOf(row);
  const query = queryOf(guard);
  const window = windowOf({ nowMs: deps.nowMs(), lagMs: settings.lagMs, windowMs: query.windowMs });
  // As long as the schema of queries wants it to be.
  if (window === undefined) throw new Error(`a window of ${query.windowMs} ms is too short to be asked about`);
  const provider = makeProvider(settings, environment, deps);
  const details = await provider.validate({
    query,
    arms: armsOf(guard, { treatment: plan.treatment, control: plan.control }),
    window,
  });
  return details.map((detail) => ({ member: 'query', detail }));
}
