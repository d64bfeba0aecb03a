import type { AnyFlags } from '@tidegate/sdk-core';
import type { BrowserClient, InnerClient } from '../browser-client.ts';
import { overriddenClient } from './overridden-client.ts';
import { createOverrides } from './overrides.ts';
import { showOverlay } from './show-overlay.ts';

export interface DevtoolsOptions {
  /** Shows the button that opens the overlay; true when absent. Without it, only links and this tab's overrides count. */
  readonly overlay?: boolean;
}

/**
 * The same client, with a button in the corner of the page that shows its flags and overrides them, for this tab alone.
 * A link of the page with `?tidegate={"FLAG":VALUE}` overrides them for whoever opens it.
 *
 * What is overridden is counted as `$override`, exposes nobody to a rollout and measures nothing. It is as good as what
 * the page would do with it anyhow: import this where people develop and test, and a production bundle does not have it.
 */
export function withDevtools<F extends object = AnyFlags>(
  client: BrowserClient<F>,
  { overlay = true }: DevtoolsOptions = {},
): BrowserClient<F> {
  const overrides = createOverrides();
  // Every client of this package is one, and types of flags exist only for the compiler.
  const overridden = overriddenClient(client as unknown as InnerClient, overrides);
  const hide = overlay ? showOverlay(overridden, overrides) : () => undefined;
  const shown: BrowserClient = {
    ...overridden,
    close(options) {
      hide();
      return client.close(options);
    },
  };
  return shown as unknown as BrowserClient<F>;
}
