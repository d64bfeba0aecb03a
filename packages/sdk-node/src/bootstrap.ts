import type { Bootstrap, Context, CoreClient, Platform } from '@tidegate/sdk-core';
import { unitKeyOf, valueFlag } from '@tidegate/sdk-core/complete';
import { evaluateQuietly } from './evaluate-quietly.ts';

export interface BootstrapOptions {
  /**
   * Flags by which this process itself renders what it sends, as `variation` serves them: the unit's exposure is reported
   * from here, and not a second time from the page. All others are the page's to count, when it shows them.
   */
  readonly served?: readonly string[];
}

/**
 * What a page may hold for one context: values alone, of the flags that browsers may have, and of the context nothing but
 * a hash of its unit. Undefined before the first rules.
 */
export function makeBootstrap(
  core: CoreClient,
  { unitHashes, epochMs }: Pick<Platform, 'unitHashes' | 'epochMs'>,
  { context, served = [] }: BootstrapOptions & { readonly context: Context },
): Bootstrap | undefined {
  const held = core.held();
  if (held === undefined) return undefined;
  const answers = held.flags
    .filter(({ clientSide }) => clientSide !== 'off')
    .map((flag) => ({ flag, evaluation: evaluateQuietly(core, flag.key, context) }));
  const exposed = answers.flatMap(({ flag, evaluation: { exposure } }) =>
    exposure && served.includes(flag.key) ? [exposure] : [],
  );
  for (const exposure of exposed) core.events.recordExposure(exposure, context);
  const unitKey = unitKeyOf(context, 'targetingKey');
  return {
    protocol: held.protocol,
    environment: held.environment,
    revision: held.revision,
    confirmedAtMs: epochMs() - (core.status().dataAgeMs ?? 0),
    ...(unitKey !== undefined && { unit: unitHashes(unitKey).h0 }),
    exposed,
    flags: answers.map(({ flag, evaluation }) => valueFlag(flag, evaluation)),
    segments: [],
  };
}
