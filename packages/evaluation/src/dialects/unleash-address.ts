/**
 * IP addresses as Unleash's SDK reads them (the package `ip-address`): each may carry the length of its network's
 * prefix, and IPv4 and IPv6 never meet. In `::ffff:10.0.0.1` the end is read as IPv4, but the address stays IPv6.
 */
export interface UnleashAddress {
  /** One 0 or 1 for each bit. */
  readonly bits: string;
  readonly prefixBits: number;
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const IPV4_PREFIX = /\/\d{1,2}$/;
const IPV4_BITS = 32;
const IPV6_PREFIX = /\/\d{1,3}(?=%|$)/;
const IPV6_BITS = 128;
const IPV6_GROUPS = 8;
/** Eight groups with their colons, the last two written as IPv4. */
const IPV6_LENGTH_MAX = 45;
const IPV6_GROUP = /^[0-9a-f]{1,4}$/i;
/** No line ends inside; asked from the first `%` only, so that many of them take no longer. */
const IPV6_ZONE = /^%.*$/;

export function parseIpv4(text: string): UnleashAddress | undefined {
  const prefix = IPV4_PREFIX.exec(text)?.[0];
  const address = prefix === undefined ? text : text.slice(0, -prefix.length);
  const prefixBits = prefix === undefined ? IPV4_BITS : Number(prefix.slice(1));
  return prefixBits <= IPV4_BITS && IPV4.test(address) ? { bits: bitsOfIpv4(address), prefixBits } : undefined;
}

export function parseIpv6(text: string): UnleashAddress | undefined {
  const prefix = IPV6_PREFIX.exec(text)?.[0];
  const prefixBits = prefix === undefined ? IPV6_BITS : Number(prefix.slice(1));
  const zoned = prefix === undefined ? text : text.replace(prefix, '');
  const zoneAt = zoned.includes('%') ? zoned.indexOf('%') : zoned.length;
  const address = IPV6_ZONE.test(zoned.slice(zoneAt)) ? zoned.slice(0, zoneAt) : zoned;
  if (prefixBits > IPV6_BITS || zoned.includes('/') || address.length > IPV6_LENGTH_MAX) return undefined;
  const groups = groupsOf(address);
  return groups && { bits: groups.map((group) => group.toString(2).padStart(16, '0')).join(''), prefixBits };
}

/** Whether every address that the first can be is in the second's network. */
export function isInNetwork(address: UnleashAddress, { bits, prefixBits }: UnleashAddress): boolean {
  return address.prefixBits >= prefixBits && address.bits.slice(0, prefixBits) === bits.slice(0, prefixBits);
}

function bitsOfIpv4(address: string): string {
  return address
    .split('.')
    .map((octet) => Number(octet).toString(2).padStart(8, '0'))
    .join('');
}

function groupsOf(address: string): readonly number[] | undefined {
  const [left = '', right, ...more] = withoutIpv4(address).split('::');
  if (more.length > 0) return undefined;
  if (right === undefined) {
    const groups = listOf(left);
    return groups?.length === IPV6_GROUPS ? groups : undefined;
  }
  const head = left === '' ? [] : listOf(left);
  const tail = right === '' ? [] : listOf(right);
  if (head === undefined || tail === undefined) return undefined;
  const missing = IPV6_GROUPS - head.length - tail.length;
  return missing < 1 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

function withoutIpv4(address: string): string {
  const endAt = address.lastIndexOf(':') + 1;
  const end = address.slice(endAt);
  if (!IPV4.test(end)) return address;
  const [a = 0, b = 0, c = 0, d = 0] = end.split('.').map(Number);
  return `${address.slice(0, endAt)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function listOf(text: string): readonly number[] | undefined {
  const groups = text.split(':');
  return groups.every((group) => IPV6_GROUP.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : undefined;
}
