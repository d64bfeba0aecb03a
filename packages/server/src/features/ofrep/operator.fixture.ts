import type { RunningServer } from '../../running-server.fixture.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';

/** What an operator does meanwhile. */
export function operator({ url, keys }: RunningServer) {
  const send = async (method: string, path: string, body: object, headers = {}) => {
    const response = await fetch(`${url}${ENVIRONMENT}${path}`, {
      method,
      body: JSON.stringify(body),
      headers: {
        authorization: `Bearer ${keys.operatorToken}`,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        ...headers,
      },
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${answer.detail}`);
    return answer;
  };
  return {
    create: (flag: object) => send('POST', '/flags', { enabled: true, ...flag }),
    createSegment: (segment: object) => send('POST', '/segments', segment),
    patch: async (flag: { key: string; revision: number }, patch: object) =>
      send('PATCH', `/flags/${flag.key}`, patch, { 'if-match': `"${flag.revision}"` }),
  };
}
