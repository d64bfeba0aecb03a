/** The few routes of the REST API that the demo uses, and of their answers what it tells. */
export interface Rollout {
  readonly id: string;
  readonly flagKey: string;
  readonly state: {
    readonly kind:
      | 'scheduled'
      | 'progressing'
      | 'paused'
      | 'baking'
      | 'aborting'
      | 'succeeded'
      | 'rolledBack'
      | 'cancelled';
    /** While it is progressing. */
    readonly stageIndex?: number;
    /** Once it is killed. */
    readonly fromStageIndex?: number;
    readonly confirmedCount?: number;
    readonly connectedCount?: number;
  };
  readonly plan: { readonly stages: readonly { readonly treatmentPpm: number }[]; readonly bakeMs: number };
  readonly assessment: {
    readonly guards: readonly Guard[];
    readonly logEvidence: number;
    readonly logThreshold: number;
  };
}

export interface Guard {
  readonly metric: string;
  readonly units: Arms;
  readonly events: Arms;
  readonly ratio: number | null;
}

export interface Arms {
  readonly control: number;
  readonly treatment: number;
}

export interface RolloutDecision {
  readonly kind: string;
  readonly atMs: number;
}

const BASE = '/api/v1/projects/default/environments/production';
const TIMEOUT_MS = 5_000;

export class TidegateRest {
  readonly #url: string;
  readonly #token: string;

  constructor(options: { url: string; token: string }) {
    this.#url = options.url;
    this.#token = options.token;
  }

  async createFlag(flag: { key: string; enabled: boolean; description: string }): Promise<void> {
    await this.#send('POST', `${BASE}/flags`, flag);
  }

  async startRollout(plan: object): Promise<Rollout> {
    // What the route's row in the OpenAPI document says that it answers; so with the two below.
    return (await this.#send('POST', `${BASE}/rollouts`, plan)) as Rollout;
  }

  async getRollout(id: string): Promise<Rollout> {
    return (await this.#send('GET', `${BASE}/rollouts/${id}`)) as Rollout;
  }

  /** Newest first. */
  async listDecisions(id: string): Promise<readonly RolloutDecision[]> {
    const page = await this.#send('GET', `${BASE}/rollouts/${id}/decisions?limit=20`);
    return (page as { items: readonly RolloutDecision[] }).items;
  }

  async #send(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
