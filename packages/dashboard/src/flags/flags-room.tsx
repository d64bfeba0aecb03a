import type { ReactNode } from 'react';
import { FlagPage } from '../flag/flag-page.tsx';
import type { PageRoute } from '../routing/route.ts';
import { FlagList } from './flag-list.tsx';

export function FlagsRoom({ route }: { readonly route: PageRoute }): ReactNode {
  return route.key === undefined ? <FlagList /> : <FlagPage flagKey={route.key} />;
}
