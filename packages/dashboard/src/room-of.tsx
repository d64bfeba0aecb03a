import { lazy, type ReactNode, Suspense } from 'react';
import { Loading } from './parts/loading.tsx';
import type { PageRoute, Room } from './routing/route.ts';

/** Each room is a file of its own, which is fetched when it is first entered. */
const ROOMS: Readonly<Record<Room, (props: { readonly route: PageRoute }) => ReactNode>> = {
  welcome: room(() => import('./first-run/welcome-page.tsx').then((m) => m.WelcomePage)),
  flags: room(() => import('./flags/flags-room.tsx').then((m) => m.FlagsRoom)),
  rollouts: room(() => import('./rollouts/rollouts-room.tsx').then((m) => m.RolloutsRoom)),
  'new-rollout': room(() => import('./new-rollout/new-rollout-page.tsx').then((m) => m.NewRolloutPage)),
  explain: room(() => import('./explain/explain-page.tsx').then((m) => m.ExplainPage)),
  audit: room(() => import('./audit/audit-page.tsx').then((m) => m.AuditPage)),
  schedules: room(() => import('./schedules/schedules-page.tsx').then((m) => m.SchedulesPage)),
  segments: room(() => import('./segments/segments-page.tsx').then((m) => m.SegmentsPage)),
  metrics: room(() => import('./metrics/metrics-page.tsx').then((m) => m.MetricsPage)),
  events: room(() => import('./events/events-page.tsx').then((m) => m.EventsPage)),
  sdks: room(() => import('./sdks/sdks-page.tsx').then((m) => m.SdksPage)),
  keys: room(() => import('./keys/keys-page.tsx').then((m) => m.KeysPage)),
  environments: room(() => import('./environments/environments-page.tsx').then((m) => m.EnvironmentsPage)),
};

export function RoomOf({ route }: { readonly route: PageRoute }): ReactNode {
  const Room = ROOMS[route.room];
  return (
    <Suspense fallback={<Loading what="page" />}>
      <Room route={route} />
    </Suspense>
  );
}

type RoomPage = (props: { readonly route: PageRoute }) => ReactNode;

function room(load: () => Promise<RoomPage>): RoomPage {
  const Page = lazy(async () => ({ default: await load() }));
  return ({ route }) => <Page route={route} />;
}
