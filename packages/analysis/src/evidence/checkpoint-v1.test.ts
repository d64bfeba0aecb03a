import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import { restoreEvidence } from './restore-evidence.ts';
import { serializeEvidence } from './serialize-evidence.ts';
import { summarize } from './summarize.ts';

// Written by version 1: three units exposed in stage 0 (1 in treatment; 20 000 and 500 000 in control), errors of 1 and
// 20 000, then 20 000 treated in stage 1, and an error of unit 7, which waits for an exposure since 1.5 s.
const BYTES_V1 = [
  'VEdFVgEAAADFAwAAeyJieXRlT3JkZXIiOiJsaXR0bGUiLCJsaW1pdHMiOnsiZXBvY2hCeXRlc01heCI6MTM0MjE3NzI4LCJsYXRlbmVz',
  'c01zIjo2MDAwMCwid2FpdGluZ1VuaXRzTWF4Ijo2NTUzNiwiaW5zdGFuY2VzTWF4IjoyMDAwMDAsImluc3RhbmNlU2lsZW5jZU1zIjo4',
  'NjQwMDAwMH0sIm5vd01zIjoyMDAwLCJpbnN0YW5jZXMiOnsieW91bmciOltbImEiLDJdXSwib2xkIjpbXSwic2luY2VNcyI6MH0sInRv',
  'dGFscyI6eyJiYXRjaGVzIjoyLCJkdXBsaWNhdGVCYXRjaGVzIjowLCJtaXNzaW5nQmF0Y2hlcyI6MCwiZXhwb3N1cmVSb3dzIjo0LCJv',
  'dXRjb21lUm93cyI6MywiZXZhbHVhdGlvbnMiOjAsIm1hbGZvcm1lZFJvd3MiOjAsImRyb3BwZWRFeHBvc3VyZXMiOjAsImRyb3BwZWRP',
  'dXRjb21lcyI6MCwidW5rbm93blJvbGxvdXRFeHBvc3VyZXMiOjAsInVubWF0Y2hlZE91dGNvbWVzIjowfSwiZXBvY2hzIjpbeyJwbGFu',
  'Ijp7InJvbGxvdXRJZCI6InIxIiwiZXBvY2giOjEsInNhbHQiOiJzIiwic2VlZCI6Nywic3RhZ2VzIjpbeyJ0cmVhdG1lbnRQcG0iOjEw',
  'MDAwfSx7InRyZWF0bWVudFBwbSI6MTAwMDAwfSx7InRyZWF0bWVudFBwbSI6MTAwMDAwMH1dLCJndWFyZHMiOlt7ImtleSI6ImVycm9y',
  'cyIsImV2ZW50IjoiJGVycm9yOm5ldy1jaGVja291dCIsImhhcm0iOiJ1cCIsImJyb3dzZXJFdmlkZW5jZSI6ZmFsc2V9XX0sImNvdW50',
  'cyI6eyJjcm9zc292ZXJVbml0cyI6MCwib3ZlcmZsb3dFeHBvc3VyZXMiOjAsImlnbm9yZWRFeHBvc3VyZXMiOjAsInVubWF0Y2hlZE91',
  'dGNvbWVzIjowLCJicm93c2VyVW5pdHMiOjAsImxhc3RFeHBvc3VyZUF0TXMiOjIwMDB9LCJyb3dDb3VudCI6Mywid2FpdGluZyI6eyJ5',
  'b3VuZyI6W3siaDAiOjcsImgxIjo0Mjk0OTY3Mjg4LCJvdXRjb21lcyI6W3siZ3VhcmQiOjAsImF0TXMiOjE1MDAsInJlY2VpdmVkQXRN',
  'cyI6MjAwMH1dfV0sIm9sZCI6W10sInlvdW5nU2luY2VNcyI6MH19XX0BAAAAIE4AACChBwD+////37H//99e+P8BAAsAAAAAAAAAAECP',
  'QAAAAAAAQJ9AAAAAAABAj0D//wAA//8AAAAAAAAAAAAAAAAAQI9AAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAA',
  'QAAAAAAAAPA/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAA8D8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADwPwAAAAAAAPA/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAfvLEH',
].join('');

const positionPpm = (h0: number) => h0;
const restore = (bytes: Uint8Array) => restoreEvidence(bytes, { positionPpm });
const v1 = () => restore(Uint8Array.from(atob(BYTES_V1), (character) => character.charCodeAt(0)));

test('a checkpoint from before there were ticks is read on: its sums are the first tick', () => {
  const summary = summarize(v1(), 'r1', 1);
  expect(summary?.strata).toMatchObject([
    {
      stageIndex: 0,
      formerControlOf: null,
      units: { control: 2, treatment: 1 },
      events: { errors: { control: 1, treatment: 1 } },
    },
    {
      stageIndex: 1,
      formerControlOf: 0,
      units: { control: 0, treatment: 1 },
      events: { errors: { control: 0, treatment: 0 } },
    },
  ]);
  expect(summary?.ticks).toMatchObject({
    state: { tickCount: 0 },
    pending: {
      stageIndex: 1,
      strata: [{ units: { control: 2, treatment: 1 } }, { units: { control: 0, treatment: 1 } }],
    },
  });
});

test('what waited and who was seen go on as before', () => {
  const state = v1();
  const batch = buildBatch({
    instance: 'a',
    seq: 3,
    exposures: [{ unit: 7, arm: 'treatment', ageMs: 2_000, stage: 1 }],
    outcomes: [{ unit: 1 }, { unit: 20_000 }],
  });
  applyRecord(state, { kind: 'batch', receivedAtMs: 3_000, origin: 'server', batch });
  const errors = summarize(state, 'r1', 1)?.strata.map(({ events }) => events['errors']);
  expect(errors).toEqual([
    { control: 1, treatment: 1 },
    { control: 0, treatment: 1 },
    { control: 0, treatment: 1 },
  ]);
});

test('once read it is written as one of today', () => {
  const bytes = serializeEvidence(v1());
  expect(bytes[4]).toBe(4);
  expect(summarize(restore(bytes), 'r1', 1)).toEqual(summarize(v1(), 'r1', 1));
});
