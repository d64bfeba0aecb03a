import type { Storage } from '../../storage/storage.ts';
import { type DeltaListener, EnvironmentView } from './environment-view.ts';

export interface EnvironmentViewsOptions {
  readonly storage: Storage;
  readonly nowMs: () => number;
  readonly onDelta: DeltaListener;
  /** What was held of an environment is not in its log any more; here is what is. */
  readonly onReplaced: (view: EnvironmentView) => void;
}

/** The views of all environments that somebody asked for; each is loaded once and then follows the change log. */
export class EnvironmentViews {
  readonly #options: EnvironmentViewsOptions;
  readonly #views = new Map<string, Promise<EnvironmentView>>();

  constructor(options: EnvironmentViewsOptions) {
    this.#options = options;
  }

  /** The view, as fresh as the change log at the time of the call. */
  async fresh(environment: string): Promise<EnvironmentView> {
    const view = await this.get(environment);
    await view.refresh();
    return view;
  }

  /** The view, as it is. Rejects when the environment cannot be read. */
  get(environment: string): Promise<EnvironmentView> {
    const known = this.#views.get(environment);
    if (known !== undefined) return known;
    const loading = this.#load(environment);
    this.#views.set(environment, loading);
    // A failed load must not be remembered: the next caller tries again.
    loading.catch(() => this.#views.delete(environment));
    return loading;
  }

  /** Catches up one view; nothing for an environment that nobody ever asked for. */
  async refresh(environment: string): Promise<void> {
    await (await this.#views.get(environment))?.refresh();
  }

  /** Catches up all views, and begins anew with those whose log went back: they would wait for it in vain. */
  async refreshAll(): Promise<void> {
    await Promise.all([...this.#views.keys()].map((environment) => this.#refreshOrReplace(environment)));
  }

  async #refreshOrReplace(environment: string): Promise<void> {
    const view = await this.fresh(environment);
    if (!(await view.isAheadOfLog())) return;
    const replacement = await this.#load(environment);
    this.#views.set(environment, Promise.resolve(replacement));
    this.#options.onReplaced(replacement);
  }

  #load(environment: string): Promise<EnvironmentView> {
    return EnvironmentView.load({ ...this.#options, environment });
  }
}
