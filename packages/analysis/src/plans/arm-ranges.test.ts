import { expect, test } from 'vitest';
import { armRanges } from './arm-ranges.ts';

const shares = Array.from({ length: 50 }, (_, index) => (index + 1) * 10_000);

test('up to one half no unit changes its arm while the share grows, and both arms are of one size', () => {
  for (const [index, share] of shares.entries()) {
    const { treatment, control } = armRanges(share);
    const before = armRanges(shares[index - 1] ?? 0);
    expect(treatment.toPpm).toBeLessThanOrEqual(control.fromPpm);
    expect(control.fromPpm).toBe(before.control.fromPpm);
    expect(control.toPpm - control.fromPpm).toBe(treatment.toPpm - treatment.fromPpm);
  }
});

test('above one half control is what remains', () => {
  expect(armRanges(750_000)).toEqual({
    treatment: { fromPpm: 0, toPpm: 750_000 },
    control: { fromPpm: 750_000, toPpm: 1_000_000 },
  });
});
