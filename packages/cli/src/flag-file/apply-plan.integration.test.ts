import { type FlagDefinition, type FlagFile, findFlaws, type SegmentDefinition } from '@tidegate/flag-file';
import { flagFileSchema } from '@tidegate/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runServer } from '../../../server/src/running-server.fixture.ts';
import { HttpClient } from '../api/http-client.ts';
import { TidegateApi } from '../api/tidegate-api.ts';
import { applyPlan } from './apply-plan.ts';
import { fetchFlagFile } from './fetch-flag-file.ts';
import { makePlan } from './make-plan.ts';

const FLAGS = ['a', 'b', 'c', 'd'];
const SEGMENTS = ['s', 't', 'u'];

const variations = fc
  .subarray(['x', 'y', 'z'], { minLength: 1 })
  .map((keys) => keys.map((key) => ({ key, value: key })));

/** Files whose flags ask flags, and segments segments, that come before them in some order: so never in a circle. */
const file: fc.Arbitrary<FlagFile> = fc
  .record({
    flagKeys: fc.shuffledSubarray(FLAGS),
    segmentKeys: fc.shuffledSubarray(SEGMENTS),
    variations: fc.array(variations, { minLength: FLAGS.length, maxLength: FLAGS.length }),
    picks: fc.infiniteStream(fc.nat(99)),
  })
  .map(({ flagKeys, segmentKeys, variations: lists, picks }) => {
    const pickOf = <T>(list: readonly T[]): T | undefined => {
      const [pick] = picks.take(1);
      return list[(pick ?? 0) % (list.length + 1)];
    };
    const segments: Record<string, SegmentDefinition> = {};
    for (const key of segmentKeys) {
      const inner = pickOf(Object.keys(segments));
      segments[key] = inner === undefined ? { included: [key] } : { condition: { segment: inner } };
    }
    const flags: Record<string, FlagDefinition> = {};
    for (const [index, key] of flagKeys.entries()) {
      const asked = pickOf(Object.entries(flags));
      const inCondition = pickOf(Object.entries(flags));
      const segment = pickOf(segmentKeys);
      const own = lists[index] ?? [];
      flags[key] = {
        kind: 'string',
        variations: own,
        ...(asked !== undefined && { prerequisites: [{ flag: asked[0], variations: keysOf(asked[1]) }] }),
        ...(segment !== undefined && { holdout: segment }),
        ...(inCondition !== undefined && {
          rules: [
            {
              id: 'r',
              condition: { flag: inCondition[0], variations: keysOf(inCondition[1]) },
              serve: { kind: 'variation', variation: own[0]?.key ?? '' },
            },
          ],
        }),
      };
    }
    return { flags, segments };
  });

function keysOf({ variations: list = [] }: FlagDefinition): string[] {
  return list.map(({ key }) => key);
}

test('any file can be applied over any other, pruned, and pulled again as it is', { timeout: 120_000 }, async () => {
  const server = await runServer();
  const http = new HttpClient({
    url: server.url,
    token: server.keys.operatorToken,
    fetch,
    timeoutSignal: (durationMs) => AbortSignal.timeout(durationMs),
  });
  const api = new TidegateApi(http, { project: 'default', environment: 'production' });
  await fc.assert(
    fc.asyncProperty(file, async (wanted) => {
      expect(findFlaws(wanted)).toEqual([]);
      const read = flagFileSchema.parse(wanted);
      const plan = await makePlan(api, read, { prune: true });
      expect(plan.obstacles).toEqual([]);
      // The server refuses whatever names something that is not there, or is named by something that still is.
      expect(await applyPlan(api, plan, { reason: '', onDone: () => {} })).not.toHaveProperty('stopped');
      const { flags, segments = {} } = await fetchFlagFile(api, { withHistory: false });
      expect({ flags, segments }).toEqual(wanted);
      expect((await makePlan(api, read, { prune: true })).steps).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
