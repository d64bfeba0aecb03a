import { BlockList, isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cidr } from './cidr.ts';

// Few different bytes, so that addresses fall into networks; the oracle is Node's own block list.
const byte = fc.oneof(fc.constantFrom(0, 10, 127, 128, 255), fc.integer({ min: 0, max: 255 }));
const ipv4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'));
const group = fc.constantFrom('0', '1', 'db8', '2001', 'FFFF', 'fe80', '00a', '8000');
const ipv6 = fc.oneof(
  fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.join(':')),
  fc
    .tuple(fc.array(group, { maxLength: 3 }), fc.array(group, { maxLength: 3 }))
    .map(([head, tail]) => `${head.join(':')}::${tail.join(':')}`),
  ipv4.map((address) => `::ffff:${address}`),
);

function isIn(address: string, network: string): boolean {
  const operand = cidr.prepare?.([network]) ?? [];
  return cidr.relates(address, operand);
}

test.each([
  ['ipv4', ipv4, 32],
  ['ipv6', ipv6, 128],
] as const)('an address is in the %s networks that Node says', (family, address, bits) => {
  fc.assert(
    fc.property(address, address, fc.integer({ min: 0, max: bits }), (one, other, prefix) => {
      const blocks = new BlockList();
      blocks.addSubnet(other, prefix, family);
      expect(isIn(one, `${other}/${prefix}`)).toBe(blocks.check(one, family));
      expect(isIn(other, `${other}/${prefix}`)).toBe(true);
    }),
  );
});

test('an IPv4 address and its mapped form are in the same networks', () => {
  fc.assert(
    fc.property(ipv4, ipv4, fc.integer({ min: 0, max: 32 }), (one, other, prefix) => {
      const network = `${other}/${prefix}`;
      expect(isIn(`::ffff:${one}`, network)).toBe(isIn(one, network));
      expect(isIn(one, `::ffff:${other}/${96 + prefix}`)).toBe(isIn(one, network));
    }),
  );
});

test('what Node takes for an address is one, and nothing else is', () => {
  const nearly = fc.oneof(
    fc.string({ unit: fc.constantFrom('0', '1', 'f', ':', '.', '2', '5'), maxLength: 20 }),
    fc.tuple(ipv6, fc.constantFrom('', ':', '1', '.1', '::')).map((parts) => parts.join('')),
    fc.tuple(ipv4, fc.constantFrom('', '.', '1', '256')).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(nearly, (text) => {
      expect(cidr.takes(text)).toBe(isIP(text) !== 0);
    }),
    { numRuns: 1_000 },
  );
});
