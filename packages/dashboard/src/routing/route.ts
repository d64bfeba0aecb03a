/**
 * Addresses of the page: `#/PROJECT/ENVIRONMENT/ROOM/KEY?name=value`. Behind the `#`, so that the server serves one file
 * and no address of the page is in its log.
 */
const ROOMS = [
  'welcome',
  'flags',
  'rollouts',
  'new-rollout',
  'explain',
  'audit',
  'schedules',
  'segments',
  'metrics',
  'events',
  'sdks',
  'keys',
  'environments',
] as const;

export type Room = (typeof ROOMS)[number];

export interface PageRoute {
  /** `project/environment`; undefined until one is chosen. */
  readonly environment: string | undefined;
  readonly room: Room;
  readonly key: string | undefined;
  readonly query: Readonly<Record<string, string>>;
}

export function parseRoute(hash: string): PageRoute {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [project, environment, room, key] = path.split('/').map(decoded);
  return {
    environment: project && environment ? `${project}/${environment}` : undefined,
    room: ROOMS.find((known) => known === room) ?? 'flags',
    key: key || undefined,
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

export function addressOf(
  environment: string,
  room: Room,
  key?: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const parts = [...environment.split('/'), room, ...(key === undefined ? [] : [key])];
  const search = new URLSearchParams(query).toString();
  return `#/${parts.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

/** Somebody may have typed it. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
