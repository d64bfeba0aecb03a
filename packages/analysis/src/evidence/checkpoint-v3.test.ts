import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { applyRecord } from './apply-record.ts';
import { healthOf } from './evidence-state.ts';
import { restoreEvidence } from './restore-evidence.ts';
import { serializeEvidence } from './serialize-evidence.ts';
import { summarize } from './summarize.ts';

// Written by version 3: two rollouts that listen to the same events. Unit 1 was exposed in the first of them, in
// treatment, 20 000 in control; an error of 1 waits for the second, an error of 7 and two purchases of 8 for both.
const BYTES_V3 = [
  'VEdFVgMAAACUDgAAeyJieXRlT3JkZXIiOiJsaXR0bGUiLCJsaW1pdHMiOnsiZXBvY2hCeXRlc01heCI6MTM0MjE3NzI4LCJsYXRlbmVzc01zIjo2',
  'MDAwMCwid2FpdGluZ1VuaXRzTWF4Ijo2NTUzNiwiaW5zdGFuY2VzTWF4IjoyMDAwMDAsImluc3RhbmNlU2lsZW5jZU1zIjo4NjQwMDAwMH0sIm5v',
  'd01zIjoxMDAwMDAsImluc3RhbmNlcyI6eyJ5b3VuZyI6W1siYSIsM11dLCJvbGQiOltdLCJzaW5jZU1zIjowfSwidG90YWxzIjp7ImJhdGNoZXMi',
  'OjMsImR1cGxpY2F0ZUJhdGNoZXMiOjAsIm1pc3NpbmdCYXRjaGVzIjowLCJleHBvc3VyZVJvd3MiOjIsIm91dGNvbWVSb3dzIjo0LCJldmFsdWF0',
  'aW9ucyI6MCwibWFsZm9ybWVkUm93cyI6MCwiZHJvcHBlZEV4cG9zdXJlcyI6MCwiZHJvcHBlZE91dGNvbWVzIjowLCJ1bmtub3duUm9sbG91dEV4',
  'cG9zdXJlcyI6MCwidW5tYXRjaGVkT3V0Y29tZXMiOjB9LCJmbG93IjpbeyJzaW5jZU1zIjowLCJldmVudHMiOjIsImxvc3QiOjB9LHsic2luY2VN',
  'cyI6NjAwMDAsImV2ZW50cyI6MiwibG9zdCI6MH0seyJzaW5jZU1zIjoxMDAwMDAsImV2ZW50cyI6MiwibG9zdCI6MH1dLCJlcG9jaHMiOlt7InBs',
  'YW4iOnsicm9sbG91dElkIjoicjEiLCJlcG9jaCI6MSwic2FsdCI6InMiLCJzZWVkIjo3LCJzdGFnZXMiOlt7InRyZWF0bWVudFBwbSI6MTAwMDB9',
  'XSwiZ3VhcmRzIjpbeyJrZXkiOiJlcnJvcnMiLCJldmVudCI6IiRlcnJvcjpuZXctY2hlY2tvdXQiLCJoYXJtIjoidXAiLCJicm93c2VyRXZpZGVu',
  'Y2UiOmZhbHNlfSx7ImtleSI6InJldmVudWUiLCJldmVudCI6ImJ1eSIsImtpbmQiOiJtZWFuIiwid2luZG93TXMiOjYwMDAwLCJoYXJtIjoiZG93',
  'biIsImJyb3dzZXJFdmlkZW5jZSI6ZmFsc2V9XX0sImNvdW50cyI6eyJjcm9zc292ZXJVbml0cyI6MCwib3ZlcmZsb3dFeHBvc3VyZXMiOjAsIm92',
  'ZXJmbG93V2luZG93cyI6MCwiaWdub3JlZEV4cG9zdXJlcyI6MCwidW5tYXRjaGVkT3V0Y29tZXMiOjAsImJyb3dzZXJVbml0cyI6MCwibGFzdEV4',
  'cG9zdXJlQXRNcyI6MTAwMCwibGFzdE91dGNvbWVBdE1zIjpbNjEwMDAsbnVsbF19LCJyb3dDb3VudCI6Miwid2FpdGluZyI6eyJ5b3VuZ0NvdW50',
  'IjoxLCJvbGRDb3VudCI6MSwib3V0Y29tZUNvdW50IjozLCJ5b3VuZ1NpbmNlTXMiOjYxMDAwfSwid2luZG93cyI6eyJuZXh0IjozLCJjdXJzb3Jz',
  'IjpbM119LCJpbnN0YW5jZXMiOnsieW91bmciOltdLCJvbGQiOltdLCJ5b3VuZ1NpbmNlTXMiOjB9LCJwcm9ncmVzcyI6eyJlbmdpbmUiOnsidmVy',
  'c2lvbiI6MSwidGlja0NvdW50IjoyLCJzdGFnZUluZGV4IjowLCJoaWdoZXN0U3RhZ2VJbmRleCI6MCwicmVzZXJ2ZSI6MC4wOTk5OTk5OTk5OTk5',
  'OTk5OCwic2FtcGxlUmF0aW8iOlswLjAwNDg5OTc1MjA5NTI2NDQ1NiwwLjAwOTc5OTAwNjc1ODIyNTY3NiwwLjAxOTU5NjAxNDAwMzM4MzU0LDAu',
  'MDM5MTgzOTUxMDIyNzgxMDIsMC4wNzgzMzQ5NTE5MzUxNDUyNywwLjE5NTU3NjgzOTUzMTYwMDU3LDAuNDg3MDY3NDc3MzkwNzI5NSwxLjQzMTU1',
  'MTAxMjI1ODMyMzcsLTAuMDA0OTAwMjQ3MDk2MjM0NTQ1NCwtMC4wMDk4MDA5ODY3NzM3NDU2NjgsLTAuMDE5NjAzOTM0MjUxNzA0NTM2LC0wLjAz',
  'OTIxNTYzNDk5NjAzNjQ5LC0wLjA3ODQ2MTczNTUxNDk2MDg2LC0wLjE5NjM3MTMyNTIzMTMzNjk0LC0wLjQ5MjExNTA5MDY1MTA2Njg0LC0xLjQ4',
  'NDQwMTkzNjEyMTA2MDddLCJndWFyZHMiOlt7ImtpbmQiOiJyYXRlIiwibG9nQ2FwaXRhbHMiOlstMC4wMTEwNDk4MzYxODY1ODQ4OCwwLjE1NDAw',
  'ODIzOTgyOTg2NjI4LDAuNDE4MjkyMTIxNjY3OTE4OSwwLjc5NjA0MTYwMzcyMjU3ODIsMS40NjQ4NTY2ODM2MjI5OTI2LDIuNDcxNjYxNDIzMDM3',
  'OTc5NF0sInVuaXRzIjoyLCJldmVudHMiOjEsImxvZ1NhZmV0eSI6MH0seyJraW5kIjoibWVhbiIsInNjb3JlIjp7InNjb3JlIjowLCJ2YXJpYW5j',
  'ZSI6MCwid2VpZ2h0IjowLCJ1bml0cyI6eyJjb250cm9sIjowLCJ0cmVhdG1lbnQiOjB9LCJzdW0iOjAsInN1bVoiOjAsInNxdWFyZXMiOjB9LCJz',
  'dGFnZSI6eyJzY29yZSI6MCwidmFyaWFuY2UiOjAsIndlaWdodCI6MCwidW5pdHMiOnsiY29udHJvbCI6MCwidHJlYXRtZW50IjowfSwic3VtIjow',
  'LCJzdW1aIjowLCJzcXVhcmVzIjowfSwic3RhcnQiOm51bGwsIndhaXRpbmciOlt7InN0YWdlSW5kZXgiOjAsInRyZWF0bWVudFNoYXJlIjowLjAx',
  'LCJjb250cm9sIjp7ImtpbmQiOiJtZWFuIiwidW5pdHMiOjEsInN1bSI6MCwic3VtU3F1YXJlcyI6MH0sInRyZWF0bWVudCI6eyJraW5kIjoibWVh',
  'biIsInVuaXRzIjoxLCJzdW0iOjAsInN1bVNxdWFyZXMiOjB9fV19XX0sInRpY2tJbmRleCI6MTAsInN0YWdlSW5kZXgiOjAsImVhcmxpZXJSb3dD',
  'b3VudCI6MCwibGF0ZUV2ZW50cyI6W119LCJiaW5zIjpbXX0seyJwbGFuIjp7InJvbGxvdXRJZCI6InIyIiwiZXBvY2giOjEsInNhbHQiOiJzIiwi',
  'c2VlZCI6Nywic3RhZ2VzIjpbeyJ0cmVhdG1lbnRQcG0iOjEwMDAwfV0sImd1YXJkcyI6W3sia2V5IjoiZXJyb3JzIiwiZXZlbnQiOiIkZXJyb3I6',
  'bmV3LWNoZWNrb3V0IiwiaGFybSI6InVwIiwiYnJvd3NlckV2aWRlbmNlIjpmYWxzZX0seyJrZXkiOiJyZXZlbnVlIiwiZXZlbnQiOiJidXkiLCJr',
  'aW5kIjoibWVhbiIsIndpbmRvd01zIjo2MDAwMCwiaGFybSI6ImRvd24iLCJicm93c2VyRXZpZGVuY2UiOmZhbHNlfV19LCJjb3VudHMiOnsiY3Jv',
  'c3NvdmVyVW5pdHMiOjAsIm92ZXJmbG93RXhwb3N1cmVzIjowLCJvdmVyZmxvd1dpbmRvd3MiOjAsImlnbm9yZWRFeHBvc3VyZXMiOjAsInVubWF0',
  'Y2hlZE91dGNvbWVzIjowLCJicm93c2VyVW5pdHMiOjAsImxhc3RFeHBvc3VyZUF0TXMiOm51bGwsImxhc3RPdXRjb21lQXRNcyI6W251bGwsbnVs',
  'bF19LCJyb3dDb3VudCI6MCwid2FpdGluZyI6eyJ5b3VuZ0NvdW50IjoxLCJvbGRDb3VudCI6Miwib3V0Y29tZUNvdW50Ijo0LCJ5b3VuZ1NpbmNl',
  'TXMiOjYxMDAwfSwid2luZG93cyI6eyJuZXh0IjoxLCJjdXJzb3JzIjpbMV19LCJpbnN0YW5jZXMiOnsieW91bmciOltdLCJvbGQiOltdLCJ5b3Vu',
  'Z1NpbmNlTXMiOjB9LCJwcm9ncmVzcyI6eyJlbmdpbmUiOnsidmVyc2lvbiI6MSwidGlja0NvdW50IjowLCJzdGFnZUluZGV4IjowLCJoaWdoZXN0',
  'U3RhZ2VJbmRleCI6MCwicmVzZXJ2ZSI6MC4wOTk5OTk5OTk5OTk5OTk5OCwic2FtcGxlUmF0aW8iOlswLDAsMCwwLDAsMCwwLDAsMCwwLDAsMCww',
  'LDAsMCwwXSwiZ3VhcmRzIjpbeyJraW5kIjoicmF0ZSIsImxvZ0NhcGl0YWxzIjpbLTAuMTA1MzYwNTE1NjU3ODI2MjgsLTAuMTA1MzYwNTE1NjU3',
  'ODI2MjgsLTAuMTA1MzYwNTE1NjU3ODI2MjgsLTAuMTA1MzYwNTE1NjU3ODI2MjgsLTAuMTA1MzYwNTE1NjU3ODI2MjgsLTAuMTA1MzYwNTE1NjU3',
  'ODI2MjhdLCJ1bml0cyI6MCwiZXZlbnRzIjowLCJsb2dTYWZldHkiOjB9LHsia2luZCI6Im1lYW4iLCJzY29yZSI6eyJzY29yZSI6MCwidmFyaWFu',
  'Y2UiOjAsIndlaWdodCI6MCwidW5pdHMiOnsiY29udHJvbCI6MCwidHJlYXRtZW50IjowfSwic3VtIjowLCJzdW1aIjowLCJzcXVhcmVzIjowfSwi',
  'c3RhZ2UiOnsic2NvcmUiOjAsInZhcmlhbmNlIjowLCJ3ZWlnaHQiOjAsInVuaXRzIjp7ImNvbnRyb2wiOjAsInRyZWF0bWVudCI6MH0sInN1bSI6',
  'MCwic3VtWiI6MCwic3F1YXJlcyI6MH0sInN0YXJ0IjpudWxsLCJ3YWl0aW5nIjpbXX1dfSwidGlja0luZGV4IjoxMCwic3RhZ2VJbmRleCI6MCwi',
  'ZWFybGllclJvd0NvdW50IjowLCJsYXRlRXZlbnRzIjpbXX0sImJpbnMiOltdfV19AQAAACBOAAD+////37H//wEAAAAAAAAAAECPQAAAAAAAQI9A',
  '/////wAAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAQAAAAIAAAAIAAAABwAAAPf////4////AgABAAEAAQAAAAAAAAAAAAhAAAAAAAAA',
  'EEAAAAAAAADwPwAAAAAAavhAAAAAAABq+EAAAAAAAMntQAAAAAAAavhAAAAAAABq+EAAAAAAAMntQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADwPwAAAAAAAPA/AAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAA8D8AAAAAAAAAAAAAAAAAAAAAAAAAAAAA8D8AAAAAAADwPwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAAAAAcAAAABAAAA9/////j////+////AgABAAEAAQABAAAAAAAAAAAA',
  'AAAIQAAAAAAAABBAAAAAAAAA8D8AAAAAAADwPwAAAAAAavhAAAAAAABq+EAAAAAAAMntQAAAAAAAye1AAAAAAABq+EAAAAAAAGr4QAAAAAAAye1A',
  'AAAAAADJ7UAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABE79oY=',
].join('');

const positionPpm = (h0: number) => h0;
const restore = (bytes: Uint8Array) => restoreEvidence(bytes, { positionPpm });
const v3 = () => restore(Uint8Array.from(atob(BYTES_V3), (character) => character.charCodeAt(0)));

test('what waited once for each rollout waits once for both, and counts in each of them', () => {
  const state = v3();
  expect(healthOf(state).waitingOutcomes).toBe(4);
  expect(['r1', 'r2'].map((id) => summarize(state, id, 1)?.waitingOutcomeCount)).toEqual([3, 4]);
  const exposures = ['r1', 'r2'].flatMap((rolloutId) =>
    [1, 7, 8].map((unit) => ({ unit, rolloutId, arm: 'treatment' as const, ageMs: 59_000 })),
  );
  const batch = buildBatch({ instance: 'a', seq: 4, exposures });
  applyRecord(state, { kind: 'batch', receivedAtMs: 120_000, origin: 'server', batch });
  const treated = (id: string) => summarize(state, id, 1)?.strata[0]?.events['errors']?.treatment;
  expect(['r1', 'r2'].map(treated)).toEqual([2, 2]);
  expect(healthOf(state).waitingOutcomes).toBe(0);
  applyRecord(state, {
    kind: 'batch',
    receivedAtMs: 200_000,
    origin: 'server',
    batch: buildBatch({ instance: 'a', seq: 5 }),
  });
  const bought = (id: string) => summarize(state, id, 1)?.guards[1]?.sums?.treatment;
  expect(['r1', 'r2'].map(bought)).toEqual([
    { kind: 'mean', units: 3, sum: 7, sumSquares: 49 },
    { kind: 'mean', units: 3, sum: 7, sumSquares: 49 },
  ]);
});

test('once read it is written as one of today, in the same order', () => {
  const bytes = serializeEvidence(v3());
  expect(bytes[4]).toBe(4);
  expect(serializeEvidence(restore(bytes))).toEqual(bytes);
  expect(summarize(restore(bytes), 'r1', 1)).toEqual(summarize(v3(), 'r1', 1));
});
