import type { Context } from '@tidegate/evaluation';
import { flagdContext } from './flagd/flagd-context.ts';
import { importFlagd } from './flagd/import-flagd.ts';
import { growthBookContext } from './growthbook/growthbook-context.ts';
import { importGrowthBook } from './growthbook/import-growthbook.ts';
import type { Imported } from './import-report.ts';
import { importLaunchDarkly } from './launchdarkly/import-launchdarkly.ts';
import { launchDarklyContext } from './launchdarkly/launchdarkly-context.ts';
import { importUnleash } from './unleash/import-unleash.ts';
import { unleashContext } from './unleash/unleash-context.ts';

/** Whose files can be imported. */
export type Vendor = 'launchdarkly' | 'unleash' | 'growthbook' | 'flagd';

export interface VendorFormat {
  /** @throws UnreadableFile for JSON that is no file of this vendor. */
  readonly importFile: (json: unknown) => Imported;
  /** A context as this vendor's SDKs are given it, as imported rules read it. @throws UnreadableFile for what is none. */
  readonly contextOf: (context: unknown) => Context;
}

export const VENDORS: Readonly<Partial<Record<Vendor, VendorFormat>>> = {
  launchdarkly: { importFile: importLaunchDarkly, contextOf: launchDarklyContext },
  growthbook: { importFile: importGrowthBook, contextOf: growthBookContext },
  unleash: { importFile: importUnleash, contextOf: unleashContext },
  flagd: { importFile: importFlagd, contextOf: flagdContext },
};
