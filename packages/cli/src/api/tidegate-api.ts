import type { RolloutCommand } from '@tidegate/analysis';
import type { AccessKeyView, DecisionView, ExplanationView, FlagView, PageOf, RolloutView } from '@tidegate/protocol';
import type { HttpClient, HttpReply } from './http-client.ts';

/** Items asked for at once: the most that the server gives. */
const PAGE_LIMIT = 200;
/** Pages read of one list: nobody reads 10 000 lines, and a server that never ends its list must not hang us. */
const PAGES_MAX = 50;

export type CreatedKey = AccessKeyView & { readonly key: string };

export interface NewKeyRequest {
  readonly kind: AccessKeyView['kind'];
  readonly name: string;
  readonly role?: string;
  readonly environment?: string | null;
}

/** One environment of one server: the routes that the commands use, by name. */
export class TidegateApi {
  readonly #http: HttpClient;
  readonly #base: string;
  /** `project/environment`. */
  readonly environment: string;

  constructor(http: HttpClient, at: { project: string; environment: string }) {
    this.#http = http;
    this.environment = `${at.project}/${at.environment}`;
    this.#base = `/api/v1/projects/${encodeURIComponent(at.project)}/environments/${encodeURIComponent(at.environment)}`;
  }

  listFlags(options: { archived: boolean }): Promise<FlagView[]> {
    return this.#list(`${this.#base}/flags`, { archived: String(options.archived) });
  }

  getFlag(key: string): Promise<HttpReply<FlagView>> {
    return this.#http.send({ method: 'GET', path: this.#flag(key) });
  }

  async createFlag(flag: unknown, reason: string | undefined): Promise<FlagView> {
    return this.#post(`${this.#base}/flags`, flag, { reason });
  }

  async toggleFlag(key: string, toggle: { enabled: boolean; reason: string }, etag: string): Promise<FlagView> {
    const path = `${this.#flag(key)}/toggle`;
    return (await this.#http.send<FlagView>({ method: 'POST', path, body: toggle, ifMatch: etag })).body;
  }

  /** Of now, of a revision, or of an instant. */
  explain(key: string, body: { context: unknown; revision?: number; atMs?: number }): Promise<ExplanationView> {
    return this.#post(`${this.#flag(key)}/explain`, body);
  }

  startRollout(plan: unknown): Promise<RolloutView> {
    return this.#post(`${this.#base}/rollouts`, plan);
  }

  listRollouts(filter: { flagKey?: string; activeOnly: boolean }): Promise<RolloutView[]> {
    const active = filter.activeOnly ? 'true' : undefined;
    return this.#list(`${this.#base}/rollouts`, { flag: filter.flagKey, active });
  }

  async getRollout(id: string): Promise<RolloutView> {
    return (await this.#http.send<RolloutView>({ method: 'GET', path: this.#rollout(id) })).body;
  }

  commandRollout(
    id: string,
    kind: RolloutCommand['kind'],
    body: { reason: string; expectedVersion?: number },
  ): Promise<RolloutView> {
    return this.#post(`${this.#rollout(id)}/${kind}`, body);
  }

  /** Newest first. */
  async listDecisions(id: string, limit: number): Promise<readonly DecisionView[]> {
    const path = `${this.#rollout(id)}/decisions`;
    const query = { limit: String(limit) };
    return (await this.#http.send<PageOf<DecisionView>>({ method: 'GET', path, query })).body.items;
  }

  listKeys(): Promise<AccessKeyView[]> {
    return this.#list('/api/v1/keys', {});
  }

  createKey(request: NewKeyRequest): Promise<CreatedKey> {
    return this.#post('/api/v1/keys', request);
  }

  async revokeKey(id: string): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: `/api/v1/keys/${encodeURIComponent(id)}` });
  }

  #flag(key: string): string {
    return `${this.#base}/flags/${encodeURIComponent(key)}`;
  }

  #rollout(id: string): string {
    return `${this.#base}/rollouts/${encodeURIComponent(id)}`;
  }

  async #post<Body>(path: string, body: unknown, query: Record<string, string | undefined> = {}): Promise<Body> {
    return (await this.#http.send<Body>({ method: 'POST', path, body, query })).body;
  }

  async #list<Item>(path: string, query: Record<string, string | undefined>): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { body } = await this.#http.send<PageOf<Item>>({
        method: 'GET',
        path,
        query: { ...query, limit: String(PAGE_LIMIT), after },
      });
      items.push(...body.items);
      if (body.next === null) break;
      after = body.next;
    }
    return items;
  }
}
