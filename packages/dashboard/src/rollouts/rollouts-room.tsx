import type { ReactNode } from 'react';
import { RolloutPage } from '../rollout/rollout-page.tsx';
import type { PageRoute } from '../routing/route.ts';
import { RolloutList } from './rollout-list.tsx';

export function RolloutsRoom({ route }: { readonly route: PageRoute }): ReactNode {
  return route.key === undefined ? <RolloutList /> : <RolloutPage id={route.key} />;
}
