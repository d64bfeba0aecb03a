import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  appliedSchema,
  beatSchema,
  deltaSchema,
  helloSchema,
  resyncSchema,
  snapshotRequestSchema,
  snapshotSchema,
} from './delivery.ts';
import { eventBatchSchema } from './event-batch.ts';
import { pageBatchSchema, pageRowSchema } from './page-batch.ts';
import { PROTOCOL_VERSION } from './version.ts';

const WIRE_HASH = '407295f846216084';

const wire = {
  applied: appliedSchema,
  beat: beatSchema,
  delta: deltaSchema,
  eventBatch: eventBatchSchema,
  hello: helloSchema,
  pageBatch: pageBatchSchema,
  pageRow: pageRowSchema,
  resync: resyncSchema,
  snapshot: snapshotSchema,
  snapshotRequest: snapshotRequestSchema,
};

test('what SDKs and server say to each other changes only together with the protocol version', () => {
  const shapes = Object.entries(wire).map(([name, schema]) => [name, z.toJSONSchema(schema)]);
  const hash = createHash('sha256').update(JSON.stringify(shapes)).digest('hex').slice(0, 16);
  expect(
    hash,
    `The wire is no longer that of protocol version ${PROTOCOL_VERSION}. If SDKs in the field understand the change, ` +
      'add a line that tells it to version.ts; if not, raise PROTOCOL_VERSION there too. Then put the new hash here.',
  ).toBe(WIRE_HASH);
});
