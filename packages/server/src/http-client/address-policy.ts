import { BlockList, isIPv6 } from 'node:net';

/**
 * Which addresses the server may connect to by itself. Whoever may write an address into a document could otherwise read
 * what only this machine can reach: the database beside it, a cloud's metadata service. The blocks are those of the IANA
 * registries of special-purpose addresses (RFC 6890).
 */
const special = new BlockList();
const BLOCKS_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
for (const [network, prefix] of BLOCKS_V4) special.addSubnet(network, prefix, 'ipv4');
// Tunnels and documentation; 6to4 carries an IPv4 address inside, which could be any.
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(network, prefix, 'ipv6');
}
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');

/** Whether anybody on the internet could reach that address too. */
export function isPublicAddress(address: string): boolean {
  if (!isIPv6(address)) return !special.check(address, 'ipv4');
  return globalV6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}
