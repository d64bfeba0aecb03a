import type { Delta } from '@tidegate/protocol';
import type { Storage } from '../../storage/storage.ts';
import { EnvironmentView } from './environment-view.ts';

/** The views of all environments that somebody asked for; each is loaded once and then follows the change log. */
export class EnvironmentViews {
  readonly #storage: Storage;
  readonly #onDelta: (view: EnvironmentView, delta: Delta) => void;
  readonly #views = new Map<string, Promise<EnvironmentView>>();

  constructor(options: { storage: Storage; onDelta: (view: EnvironmentView, delta: Delta) => void }) {
    this.#storage = options.storage;
    this.#onDelta = options.onDelta;
  }

  /** The view, as fresh as the change log at the time of the call. */
  async fresh(environment: string): Promise<EnvironmentView> {
    const view = await this.#load(environment);
    await view.refresh();
    return view;
  }

  /** The view, as it is. Rejects when the environment cannot be read. */
  get(environment: string): Promise<EnvironmentView> {
    return this.#load(environment);
  }

  /** Catches up one view, or all of them; nothing for an environment that nobody ever asked for. */
  async refresh(environment?: string): Promise<void> {
    const views = environment === undefined ? [...this.#views.values()] : [this.#views.get(environment)];
    await Promise.all(views.map(async (view) => (await view)?.refresh()));
  }

  #load(environment: string): Promise<EnvironmentView> {
    const known = this.#views.get(environment);
    if (known !== undefined) return known;
    const loading = EnvironmentView.load({ storage: this.#storage, environment, onDelta: this.#onDelta });
    this.#views.set(environment, loading);
    // A failed load must not be remembered: the next caller tries again.
    loading.catch(() => this.#views.delete(environment));
    return loading;
  }
}
