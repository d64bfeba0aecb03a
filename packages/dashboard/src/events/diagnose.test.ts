import { expect, test } from 'vitest';
import { diagnose, type EventCounts } from './diagnose.ts';

const none: EventCounts = {
  batches: 0,
  duplicateBatches: 0,
  missingBatches: 0,
  exposureRows: 0,
  outcomeRows: 0,
  evaluations: 0,
  malformedRows: 0,
  droppedExposures: 0,
  droppedOutcomes: 0,
  unmatchedOutcomes: 0,
};

test('without any SDK the key and the way to the server are suspected', () => {
  expect(diagnose({ counts: none, isComing: false, connectionCount: 0 })[0]).toMatch(/No SDK is connected/);
});

test('with SDKs that are silent the application is suspected', () => {
  expect(diagnose({ counts: none, isComing: false, connectionCount: 2 })[0]).toMatch(/no event comes/);
});

test('events that come as they should are no cause for advice', () => {
  const counts = { ...none, batches: 9, evaluations: 50, exposureRows: 20, outcomeRows: 20, unmatchedOutcomes: 1 };
  expect(diagnose({ counts, isComing: true, connectionCount: 1 })).toEqual([]);
});

test('exposures without outcomes are told, and so are outcomes without exposures', () => {
  const coming = { isComing: true, connectionCount: 1 };
  expect(diagnose({ ...coming, counts: { ...none, exposureRows: 5 } })[0]).toMatch(/no outcome does/);
  const counts = { ...none, exposureRows: 5, outcomeRows: 10, unmatchedOutcomes: 9 };
  expect(diagnose({ ...coming, counts })[0]).toMatch(/same unit key/);
});
