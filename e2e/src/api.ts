import type { AdapterView, RecentEvents, RolloutView } from '@tidegate/protocol';
import type { Credentials } from './processes.ts';

const BASE = '/api/v1/projects/default/environments/production';

/** The few calls of the REST API that the tests make, as an operator would. */
export function operatorApi(credentials: Pick<Credentials, 'url' | 'operatorToken'>) {
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${credentials.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${credentials.operatorToken}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return { etag: response.headers.get('etag') ?? '', json: text === '' ? null : JSON.parse(text) };
  };
  const listAll = async (path: string) => {
    const items: { revision: number; diff: { path: string; value: string }[] }[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const { json } = await call('GET', `${path}?limit=200${after === '' ? '' : `&after=${after}`}`);
      items.push(...json.items);
      after = json.next;
    }
    return items;
  };
  const flags = `${BASE}/flags`;
  const rollouts = `${BASE}/rollouts`;
  return {
    createSegment: async (segment: object) => (await call('POST', `${BASE}/segments`, segment)).json,
    changeMembers: async (key: string, members: object) =>
      (await call('POST', `${BASE}/segments/${key}/members`, members)).json,
    createFlag: async (flag: object) => (await call('POST', flags, flag)).json,
    getFlag: async (key: string) => call('GET', `${flags}/${key}`),
    async toggle(key: string, enabled: boolean) {
      const { etag } = await call('GET', `${flags}/${key}`);
      return (await call('POST', `${flags}/${key}/toggle`, { enabled }, { 'if-match': etag })).json;
    },
    async patchFlag(key: string, patch: object) {
      const { etag } = await call('GET', `${flags}/${key}`);
      return (await call('PATCH', `${flags}/${key}`, patch, { 'if-match': etag })).json;
    },
    saveProvider: async (key: string, settings: object) =>
      (await call('PUT', `${BASE}/providers/${key}`, settings)).json,
    /** Every revision of the environment's change log, oldest first. */
    listRevisions: async () => (await listAll(`${BASE}/changes`)).map((change) => change.revision),
    /** What each change of a flag made its description, by revision. */
    async listDescriptions(key: string): Promise<[number, string][]> {
      const history = await listAll(`${flags}/${key}/history`);
      return history.flatMap(({ revision, diff }) =>
        diff.filter((step) => step.path === '/description').map((step): [number, string] => [revision, step.value]),
      );
    },
    saveAdapter: async (key: string, settings: object): Promise<AdapterView> =>
      (await call('PUT', `${BASE}/adapters/${key}`, settings)).json,
    getAdapter: async (key: string): Promise<AdapterView> => (await call('GET', `${BASE}/adapters/${key}`)).json,
    startRollout: async (plan: object): Promise<RolloutView> => (await call('POST', rollouts, plan)).json,
    getRollout: async (id: string): Promise<RolloutView> => (await call('GET', `${rollouts}/${id}`)).json,
    command: async (id: string, verb: string): Promise<RolloutView> =>
      (await call('POST', `${rollouts}/${id}/${verb}`, {})).json,
    decisions: async (id: string) => (await call('GET', `${rollouts}/${id}/decisions?limit=100`)).json,
    evidence: async (): Promise<Record<string, number>> => (await call('GET', `${BASE}/evidence`)).json,
    /** How often an event was counted within the last hour. */
    async countEvents(event: string): Promise<number> {
      const { events }: RecentEvents = (await call('GET', `${BASE}/recent-events`)).json;
      const minutes = events.find((one) => one.event === event)?.minutes ?? [];
      return minutes.reduce((sum, { count }) => sum + count, 0);
    },
    connections: async () => (await call('GET', `${BASE}/connections`)).json,
  };
}
