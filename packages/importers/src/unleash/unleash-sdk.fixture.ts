import { EventEmitter } from 'node:events';
import { type Context, Unleash } from 'unleash-client';
import { vi } from 'vitest';

/** What the SDK answers; undefined where it threw dice. */
export interface UnleashSdk {
  readonly isEnabled: (name: string, context: object) => boolean | undefined;
  readonly getVariant: (name: string, context: object) => object | undefined;
}

export interface UnleashPayload {
  readonly features: readonly { readonly name: string }[];
  readonly segments: readonly { readonly id: unknown }[];
}

/** Unleash's own SDK over a file, without its network, at an instant: the oracle of the importer's tests. */
export function withUnleashSdk(nowMs: number, ask: (sdkOf: (file: UnleashPayload) => UnleashSdk) => void): void {
  let isDiced = false;
  const dice = vi.spyOn(Math, 'random').mockImplementation(() => {
    isDiced = true;
    return 0.5;
  });
  vi.useFakeTimers({ now: nowMs, toFake: ['Date'] });
  const unlessDiced = <Answer>(answer: () => Answer): Answer | undefined => {
    isDiced = false;
    const given = answer();
    return isDiced ? undefined : given;
  };
  try {
    ask((file) => {
      const sdk = startSdk(file);
      return {
        // Contexts of the tests have whatever a caller in JavaScript may pass.
        isEnabled: (name, context) => unlessDiced(() => sdk.isEnabled(name, context as Context)),
        getVariant: (name, context) =>
          unlessDiced(() => {
            const { name: variant, payload, enabled } = sdk.getVariant(name, context as Context);
            return { name: variant, ...(payload !== undefined && { payload }), enabled };
          }),
      };
    });
  } finally {
    dice.mockRestore();
    vi.useRealTimers();
  }
}

/** What the SDK adds to every context by itself. */
export const STATIC_CONTEXT = { appName: 'shop', environment: 'production' };

function startSdk({ features, segments }: UnleashPayload): Unleash {
  const byName = new Map(features.map((feature) => [feature.name, feature]));
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const repository = Object.assign(new EventEmitter(), {
    getToggle: (name: string) => byName.get(name),
    getSegment: (id: unknown) => byId.get(id),
  });
  const sdk = new Unleash({
    ...STATIC_CONTEXT,
    url: 'http://127.0.0.1/',
    disableMetrics: true,
    disableAutoStart: true,
    skipInstanceCountWarning: true,
    // Only these of a repository are used by one that is never started.
    repository: repository as never,
  });
  repository.emit('ready');
  return sdk;
}
