import type { FlagView, PageOf } from '@tidegate/protocol';
import type { DecisionView, RolloutView } from '@tidegate/protocol/types';
import { type Api, RefusedError } from './api.ts';

/** Items asked for at once: the most that the server gives. */
const PAGE_LIMIT = 200;
/** Pages of one list. Nobody reads more; the page says when there is more. */
const PAGES_MAX = 5;
/** Rollouts that have ended are shown for a while after. */
const ENDED_SHOWN_MAX = 5;
const DECISIONS_PER_ROLLOUT = 5;
const DECISIONS_SHOWN_MAX = 20;

export interface Connection {
  readonly instance: string;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly keyKind: 'server' | 'browser';
  readonly appliedRevision: number;
  readonly connectedAtMs: number;
}

/** Everything that the page shows, as of one look. */
export interface PageData {
  readonly flags: readonly FlagView[];
  readonly moreFlags: boolean;
  readonly rollouts: readonly RolloutView[];
  readonly decisions: readonly DecisionView[];
  readonly connections: readonly Connection[];
  readonly atMs: number;
}

/**
 * Loads what the page shows, and not again what cannot have changed: a rollout's decisions are those of its version,
 * and rollouts that have ended are listed again only when one of the active ones is gone.
 */
export class PageLoader {
  readonly #api: Api;
  readonly #base: string;
  readonly #decisions = new Map<string, { readonly version: number; readonly items: readonly DecisionView[] }>();
  #ended: readonly RolloutView[] | undefined;
  #activeIds: ReadonlySet<string> = new Set();

  constructor(api: Api, environment: string) {
    this.#api = api;
    const [project = '', key = ''] = environment.split('/');
    this.#base = `/api/v1/projects/${encodeURIComponent(project)}/environments/${encodeURIComponent(key)}`;
  }

  async load(nowMs: () => number): Promise<PageData> {
    const [flags, active, connections] = await Promise.all([
      this.#list<FlagView>('/flags'),
      this.#list<RolloutView>('/rollouts?active=true'),
      this.#list<Connection>('/connections'),
    ]);
    const rollouts = [...newestFirst(active.items), ...(await this.#endedRollouts(active.items))];
    const decisions = await Promise.all(rollouts.map((rollout) => this.#decisionsOf(rollout)));
    return {
      flags: flags.items,
      moreFlags: flags.more,
      rollouts,
      decisions: decisions
        .flat()
        .sort((one, other) => other.atMs - one.atMs)
        .slice(0, DECISIONS_SHOWN_MAX),
      connections: connections.items,
      atMs: nowMs(),
    };
  }

  async #endedRollouts(active: readonly RolloutView[]): Promise<readonly RolloutView[]> {
    const ids = new Set(active.map(({ id }) => id));
    const isOneGone = [...this.#activeIds].some((id) => !ids.has(id));
    if (this.#ended === undefined || isOneGone) {
      const all = await this.#list<RolloutView>('/rollouts');
      this.#ended = newestFirst(all.items.filter((rollout) => !rollout.active)).slice(0, ENDED_SHOWN_MAX);
    }
    this.#activeIds = ids;
    return this.#ended;
  }

  async #decisionsOf({ id, version }: RolloutView): Promise<readonly DecisionView[]> {
    const known = this.#decisions.get(id);
    if (known?.version === version) return known.items;
    const { items } = await this.#api.get<PageOf<DecisionView>>(
      `${this.#base}/rollouts/${id}/decisions?limit=${DECISIONS_PER_ROLLOUT}`,
    );
    this.#decisions.set(id, { version, items });
    return items;
  }

  async #list<Item>(path: string): Promise<{ items: Item[]; more: boolean }> {
    const items: Item[] = [];
    let after: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { items: some, next }: PageOf<Item> = await this.#api.get(this.#base + pagePath(path, after));
      items.push(...some);
      if (next === null) return { items, more: false };
      after = next;
    }
    return { items, more: true };
  }
}

function pagePath(path: string, after: string | null): string {
  if (path === '/connections') return path;
  const joined = `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE_LIMIT}`;
  return after === null ? joined : `${joined}&after=${encodeURIComponent(after)}`;
}

function newestFirst(rollouts: readonly RolloutView[]): RolloutView[] {
  return [...rollouts].sort((one, other) => other.createdAtMs - one.createdAtMs);
}

/** The environments that the key may choose from, as `project/environment`; undefined for a key of one environment. */
export async function listEnvironments(api: Api): Promise<string[] | undefined> {
  try {
    return await readEnvironments(api);
  } catch (error) {
    // Such a key may read its environment, and not the list of all.
    if (error instanceof RefusedError && error.status === 403) return undefined;
    throw error;
  }
}

async function readEnvironments(api: Api): Promise<string[]> {
  const projects = await api.get<PageOf<{ readonly key: string }>>(`/api/v1/projects?limit=${PAGE_LIMIT}`);
  const environments = await Promise.all(
    projects.items.map(({ key }) =>
      api.get<PageOf<{ readonly environment: string }>>(
        `/api/v1/projects/${encodeURIComponent(key)}/environments?limit=${PAGE_LIMIT}`,
      ),
    ),
  );
  return environments.flatMap(({ items }) => items.map(({ environment }) => environment));
}
