import { expect, test } from 'vitest';
import { isInNetwork, parseIpv4, parseIpv6 } from './unleash-address.ts';

test.each(['10.0.0.1', '0.0.0.0/0', '255.255.255.255/32', '10.1.2.3/8'])('%s is an address of IPv4', (text) => {
  expect(parseIpv4(text)).toBeDefined();
  expect(parseIpv6(text)).toBeUndefined();
});

test.each(['010.0.0.1', '10.0.0.256', '10.0.0', '10.0.0.1/33', '10.0.0.1/', ' 10.0.0.1', '10.0.0.1/8/8', ''])(
  '%j is none',
  (text) => expect(parseIpv4(text)).toBeUndefined(),
);

test.each(['::', '::1', '1:2:3:4:5:6:7:8', '2001:DB8::1/32', '::ffff:10.0.0.1', 'fe80::1%eth0', 'fe80::1/64%eth0'])(
  '%s is an address of IPv6',
  (text) => expect(parseIpv6(text)).toBeDefined(),
);

test.each([
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  ':1:2:3:4:5:6:7',
  '12345::',
  '::1/129',
  'fe80::1%a/b',
  'fe80::1%a\nb',
  '::ffff:010.0.0.1',
])('%j is none', (text) => expect(parseIpv6(text)).toBeUndefined());

test('an address is in a network that is as wide as its own, or wider', () => {
  const isIn = (text: string, network: string) => {
    const [address, range] = [parseIpv4(text) ?? parseIpv6(text), parseIpv4(network) ?? parseIpv6(network)];
    return address !== undefined && range !== undefined && isInNetwork(address, range);
  };
  expect(isIn('10.1.2.3', '10.0.0.0/8')).toBe(true);
  expect(isIn('11.1.2.3', '10.0.0.0/8')).toBe(false);
  expect(isIn('10.1.2.3/7', '10.0.0.0/8')).toBe(false);
  expect(isIn('2001:db8::7', '2001:db8::/32')).toBe(true);
  expect(isIn('::ffff:10.0.0.1', '::ffff:a00:0/104')).toBe(true);
});
