import type { FlagView } from '@tidegate/protocol/types';
import { editPlan, type PlanObject } from './plan-text.ts';

/** What a flag would change to: another variation than everybody is served now. */
export function firstTreatment(flags: readonly FlagView[], flagKey: string): string {
  const flag = flags.find(({ key }) => key === flagKey);
  const served = flag?.fallthrough.kind === 'variation' ? flag.fallthrough.variation : flag?.offVariation;
  return flag?.variations.find(({ key }) => key !== served)?.key ?? '';
}

/** The smallest useful plan; what nobody says is left to the server's defaults. */
export function firstPlan(flags: readonly FlagView[], flagKey: string): string {
  return editPlan('', [
    { path: ['flag'], value: flagKey },
    { path: ['treatment'], value: firstTreatment(flags, flagKey) },
    { path: ['preset'], value: 'standard' },
    { path: ['guards'], value: [{ template: 'error-rate' }] },
  ]);
}

/** Belongs to one run, and is none of the next one's. */
const OF_ONE_RUN: readonly string[] = ['attempt', 'startAtMs', 'startAt'];

/** The plan of a rollout that was, to begin from: every default said. */
export function planAgain(plan: object): string {
  const again: PlanObject = Object.fromEntries(Object.entries(plan).filter(([member]) => !OF_ONE_RUN.includes(member)));
  return editPlan(
    '',
    Object.entries(again).map(([member, value]) => ({ path: [member], value })),
  );
}
