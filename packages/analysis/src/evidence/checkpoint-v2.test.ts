import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import { restoreEvidence } from './restore-evidence.ts';
import { serializeEvidence } from './serialize-evidence.ts';
import { summarize } from './summarize.ts';

// Written by version 2: unit 1 in treatment with an error, 20 000 in control, and errors of 7 and, later, 8, which wait
// for their exposures.
const BYTES_V2 = [
  'VEdFVgIAAABKBwAAeyJieXRlT3JkZXIiOiJsaXR0bGUiLCJsaW1pdHMiOnsiZXBvY2hCeXRlc01heCI6MTM0MjE3NzI4LCJsYXRlbmVzc01zIjo2',
  'MDAwMCwid2FpdGluZ1VuaXRzTWF4Ijo2NTUzNiwiaW5zdGFuY2VzTWF4IjoyMDAwMDAsImluc3RhbmNlU2lsZW5jZU1zIjo4NjQwMDAwMH0sIm5v',
  'd01zIjoxMDAwMDAsImluc3RhbmNlcyI6eyJ5b3VuZyI6W1siYSIsM11dLCJvbGQiOltdLCJzaW5jZU1zIjowfSwidG90YWxzIjp7ImJhdGNoZXMi',
  'OjMsImR1cGxpY2F0ZUJhdGNoZXMiOjAsIm1pc3NpbmdCYXRjaGVzIjowLCJleHBvc3VyZVJvd3MiOjIsIm91dGNvbWVSb3dzIjozLCJldmFsdWF0',
  'aW9ucyI6MCwibWFsZm9ybWVkUm93cyI6MCwiZHJvcHBlZEV4cG9zdXJlcyI6MCwiZHJvcHBlZE91dGNvbWVzIjowLCJ1bmtub3duUm9sbG91dEV4',
  'cG9zdXJlcyI6MCwidW5tYXRjaGVkT3V0Y29tZXMiOjB9LCJlcG9jaHMiOlt7InBsYW4iOnsicm9sbG91dElkIjoicjEiLCJlcG9jaCI6MSwic2Fs',
  'dCI6InMiLCJzZWVkIjo3LCJzdGFnZXMiOlt7InRyZWF0bWVudFBwbSI6MTAwMDB9LHsidHJlYXRtZW50UHBtIjoxMDAwMDAwfV0sImd1YXJkcyI6',
  'W3sia2V5IjoiZXJyb3JzIiwiZXZlbnQiOiIkZXJyb3I6bmV3LWNoZWNrb3V0IiwiaGFybSI6InVwIiwiYnJvd3NlckV2aWRlbmNlIjpmYWxzZX1d',
  'fSwiY291bnRzIjp7ImNyb3Nzb3ZlclVuaXRzIjowLCJvdmVyZmxvd0V4cG9zdXJlcyI6MCwib3ZlcmZsb3dXaW5kb3dzIjowLCJpZ25vcmVkRXhw',
  'b3N1cmVzIjowLCJ1bm1hdGNoZWRPdXRjb21lcyI6MCwiYnJvd3NlclVuaXRzIjowLCJsYXN0RXhwb3N1cmVBdE1zIjoxMDAwLCJsYXN0T3V0Y29t',
  'ZUF0TXMiOlsxMDAwXX0sInJvd0NvdW50IjoyLCJ3YWl0aW5nIjp7InlvdW5nIjpbeyJoMCI6OCwiaDEiOjQyOTQ5NjcyODcsIm91dGNvbWVzIjpb',
  'eyJpbnB1dCI6MCwidmFsdWUiOjEsImF0TXMiOjk5OTAwLCJyZWNlaXZlZEF0TXMiOjEwMDAwMH1dfV0sIm9sZCI6W3siaDAiOjcsImgxIjo0Mjk0',
  'OTY3Mjg4LCJvdXRjb21lcyI6W3siaW5wdXQiOjAsInZhbHVlIjoxLCJhdE1zIjo2MTAwMCwicmVjZWl2ZWRBdE1zIjo2MTUwMH1dfV0sInlvdW5n',
  'U2luY2VNcyI6NjE1MDB9LCJ3aW5kb3dzIjp7Im5leHQiOjEsImN1cnNvcnMiOltdfSwicHJvZ3Jlc3MiOnsiZW5naW5lIjp7InZlcnNpb24iOjEs',
  'InRpY2tDb3VudCI6MSwic3RhZ2VJbmRleCI6MCwiaGlnaGVzdFN0YWdlSW5kZXgiOjAsInJlc2VydmUiOjAuMTk5OTk5OTk5OTk5OTk5OTYsInNh',
  'bXBsZVJhdGlvIjpbMC4wMDQ4OTk3NTIwOTUyNjQ0NTYsMC4wMDk3OTkwMDY3NTgyMjU2NzYsMC4wMTk1OTYwMTQwMDMzODM1NCwwLjAzOTE4Mzk1',
  'MTAyMjc4MTAyLDAuMDc4MzM0OTUxOTM1MTQ1MjcsMC4xOTU1NzY4Mzk1MzE2MDA1NywwLjQ4NzA2NzQ3NzM5MDcyOTUsMS40MzE1NTEwMTIyNTgz',
  'MjM3LC0wLjAwNDkwMDI0NzA5NjIzNDU0NTQsLTAuMDA5ODAwOTg2NzczNzQ1NjY4LC0wLjAxOTYwMzkzNDI1MTcwNDUzNiwtMC4wMzkyMTU2MzQ5',
  'OTYwMzY0OSwtMC4wNzg0NjE3MzU1MTQ5NjA4NiwtMC4xOTYzNzEzMjUyMzEzMzY5NCwtMC40OTIxMTUwOTA2NTEwNjY4NCwtMS40ODQ0MDE5MzYx',
  'MjEwNjA3XSwiZ3VhcmRzIjpbeyJraW5kIjoicmF0ZSIsImxvZ0NhcGl0YWxzIjpbLTAuMTI4ODMyODcxODQyOTY4MzIsMC4wMzYyMjUyMDQxNzM0',
  'ODI4NSwwLjMwMDUwOTA4NjAxMTUzNTUsMC42NzgyNTg1NjgwNjYxOTQ4LDEuMzQ3MDczNjQ3OTY2NjA5MiwyLjM1Mzg3ODM4NzM4MTU5Nl0sInVu',
  'aXRzIjoyLCJldmVudHMiOjEsImxvZ1NhZmV0eSI6MH1dfSwidGlja0luZGV4IjoxMCwic3RhZ2VJbmRleCI6MCwiZWFybGllclJvd0NvdW50Ijow',
  'LCJsYXRlRXZlbnRzIjpbXX0sImJpbnMiOltdfV19AQAAACBOAAD+////37H//wEAAAAAAAAAAECPQAAAAAAAQI9A/////wAAAAAAAAAAAAAAAAAA',
  'AAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA8D8AAAAAAADwPwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADwPwAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAVOUnHA==',
].join('');

const positionPpm = (h0: number) => h0;
const restore = (bytes: Uint8Array) => restoreEvidence(bytes, { positionPpm });
const v2 = () => restore(Uint8Array.from(atob(BYTES_V2), (character) => character.charCodeAt(0)));

test('what waited in the header of a checkpoint of version 2 finds its exposure', () => {
  const state = v2();
  expect(summarize(state, 'r1', 1)?.waitingOutcomeCount).toBe(2);
  const exposures = [7, 8].map((unit) => ({ unit, arm: 'treatment' as const, ageMs: 49_000 }));
  const batch = buildBatch({ instance: 'a', seq: 4, exposures });
  applyRecord(state, { kind: 'batch', receivedAtMs: 110_000, origin: 'server', batch });
  const summary = summarize(state, 'r1', 1);
  expect(summary?.waitingOutcomeCount).toBe(0);
  expect(summary?.strata[0]).toMatchObject({
    units: { control: 1, treatment: 3 },
    events: { errors: { control: 0, treatment: 3 } },
  });
});

test('once read it is written as one of today, in the same order', () => {
  const bytes = serializeEvidence(v2());
  expect(bytes[4]).toBe(4);
  expect(serializeEvidence(restore(bytes))).toEqual(bytes);
  expect(summarize(restore(bytes), 'r1', 1)).toEqual(summarize(v2(), 'r1', 1));
});
