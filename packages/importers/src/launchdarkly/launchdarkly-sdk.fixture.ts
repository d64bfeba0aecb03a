import { init, type LDContext } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';
import type { JsonValue } from '@tidegate/evaluation';

/** What the vendor's SDK answers: the place of the variation and its value, or nothing but the caller's default. */
export type SdkAnswer = { readonly index: number; readonly value: JsonValue } | undefined;

export interface PlainFile {
  readonly flags: Readonly<Record<string, { readonly key: string }>>;
  readonly segments: Readonly<Record<string, { readonly key: string }>>;
}

/** Answers of LaunchDarkly's own SDK for Node, which never leaves the process: the oracle of the importer's tests. */
export async function askLaunchDarkly<T>(
  file: PlainFile,
  use: (ask: (flagKey: string, context: unknown) => Promise<SdkAnswer>) => Promise<T>,
): Promise<T> {
  const data = new TestData();
  for (const flag of Object.values(file.flags)) await data.usePreconfiguredFlag(flag);
  for (const segment of Object.values(file.segments)) await data.usePreconfiguredSegment(segment);
  const client = init('sdk-key', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger: { error: ignore, warn: ignore, info: ignore, debug: ignore },
  });
  try {
    await client.waitForInitialization({ timeout: 10 });
    return await use(async (flagKey, context) => {
      // The tests hand it what is no context too.
      const detail = await client.variationDetail(flagKey, context as LDContext, CALLER);
      const { variationIndex, value } = detail;
      return typeof variationIndex === 'number' ? { index: variationIndex, value } : undefined;
    });
  } finally {
    client.close();
  }
}

const CALLER = 'what the caller would do';

function ignore(): void {}
