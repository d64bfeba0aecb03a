/** Pages of `docs/`, of the very version that the server runs: each is fetched when it is first opened. */
export const DOCS_PAGES = {
  gates: () => import('../../../../docs/gates.md?raw'),
  metrics: () => import('../../../../docs/metrics.md?raw'),
  notifications: () => import('../../../../docs/notifications.md?raw'),
  operations: () => import('../../../../docs/operations.md?raw'),
  providers: () => import('../../../../docs/providers.md?raw'),
  rollouts: () => import('../../../../docs/rollouts.md?raw'),
  statistics: () => import('../../../../docs/statistics.md?raw'),
  traffic: () => import('../../../../docs/traffic.md?raw'),
} as const;

/** Where the page leads to in the documentation: a page and a heading of it. */
export const DOCS_PLACES = [
  'gates#gates',
  'metrics#kinds',
  'notifications#hooks',
  'operations#commands-of-a-rollout',
  'operations#health',
  'operations#what-a-hold-means-and-what-to-do',
  'providers#guards',
  'rollouts#caps-and-holdbacks',
  'rollouts#caps-of-some',
  'rollouts#fields-of-the-plan',
  'rollouts#guards',
  'rollouts#guard-templates',
  'rollouts#health',
  'rollouts#a-score',
  'rollouts#stages',
  'rollouts#presets',
  'rollouts#before-the-start-simulate',
  'rollouts#while-it-runs-drill',
  'statistics#at-three-in-the-morning',
  'traffic#traffic-outside-of-the-flag',
] as const satisfies readonly `${keyof typeof DOCS_PAGES}#${string}`[];

export type DocsPlace = (typeof DOCS_PLACES)[number];

export async function readDocsPage(place: DocsPlace): Promise<{ readonly markdown: string; readonly anchor: string }> {
  // A place is made of a page and an anchor, by its type.
  const [page, anchor] = place.split('#') as [keyof typeof DOCS_PAGES, string];
  return { markdown: (await DOCS_PAGES[page]()).default, anchor };
}
