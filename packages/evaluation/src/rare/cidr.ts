import type { JsonValue } from '../json.ts';
import type { Meaning } from '../meaning.ts';

/**
 * IP addresses in networks (RFC 4632 and 4291): `10.0.0.0/8`, `2001:db8::/32`, or one address, which is a network of
 * its own. An IPv4 address is taken as its IPv4-mapped IPv6 address (`::ffff:10.0.0.1`), the way that dual-stack
 * sockets report it, so both spellings of one peer are in the same networks.
 */
export const cidr: Meaning<readonly Network[]> = {
  takes: (value) => networkOf(value) !== undefined,
  prepare: (values) => values.map(networkOf).filter((network) => network !== undefined),
  relates: (element, networks) => {
    const address = typeof element === 'string' ? groupsOf(element) : undefined;
    if (address === undefined) return false;
    for (const network of networks) if (holds(network, address)) return true;
    return false;
  },
  isNegated: false,
};

/** Eight groups of sixteen bits. */
export type Groups = readonly number[];

export interface Network {
  readonly groups: Groups;
  readonly prefixBits: number;
}

const GROUP_BITS = 16;
const GROUP_COUNT = 8;
const ADDRESS_BITS = GROUP_BITS * GROUP_COUNT;
const MAPPED: Groups = [0, 0, 0, 0, 0, 0xffff];
const MAPPED_BITS = 96;
/** The longest spelling of an address, IPv4-mapped: attributes come from outside. */
const ADDRESS_LENGTH_MAX = 45;
const IPV4 = /^(0|[1-9]\d?\d?)\.(0|[1-9]\d?\d?)\.(0|[1-9]\d?\d?)\.(0|[1-9]\d?\d?)$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const PREFIX = /^(?:0|[1-9]\d{0,2})$/;

function holds({ groups, prefixBits }: Network, address: Groups): boolean {
  for (const [index, group] of groups.entries()) {
    const bits = Math.min(GROUP_BITS, prefixBits - index * GROUP_BITS);
    if (bits <= 0) return true;
    if ((group ^ (address[index] ?? 0)) >> (GROUP_BITS - bits) !== 0) return false;
  }
  return true;
}

function networkOf(value: JsonValue): Network | undefined {
  if (typeof value !== 'string') return undefined;
  const [address = '', prefix, ...rest] = value.split('/');
  const groups = groupsOf(address);
  if (groups === undefined || rest.length > 0) return undefined;
  if (prefix === undefined) return { groups, prefixBits: ADDRESS_BITS };
  const prefixBits = Number(prefix) + (address.includes(':') ? 0 : MAPPED_BITS);
  return PREFIX.test(prefix) && prefixBits <= ADDRESS_BITS ? { groups, prefixBits } : undefined;
}

function groupsOf(text: string): Groups | undefined {
  if (text.length > ADDRESS_LENGTH_MAX) return undefined;
  if (!text.includes(':')) {
    const tail = ipv4Of(text);
    return tail && [...MAPPED, ...tail];
  }
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) return undefined;
  if (right === undefined) {
    const groups = colonGroupsOf(left, true);
    return groups?.length === GROUP_COUNT ? groups : undefined;
  }
  const head = colonGroupsOf(left, false);
  const tail = colonGroupsOf(right, true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = GROUP_COUNT - head.length - tail.length;
  return missing < 1 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** Only the end of an address may be written as IPv4. */
function colonGroupsOf(text: string, mayEndInIpv4: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const ipv4 = mayEndInIpv4 ? ipv4Of(parts.at(-1) ?? '') : undefined;
  const hex = ipv4 === undefined ? parts : parts.slice(0, -1);
  if (!hex.every((part) => GROUP.test(part))) return undefined;
  return [...hex.map((part) => Number.parseInt(part, 16)), ...(ipv4 ?? [])];
}

function ipv4Of(text: string): readonly [number, number] | undefined {
  const match = IPV4.exec(text);
  if (match === null) return undefined;
  const [, a, b, c, d] = match.map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  return Math.max(a, b, c, d) > 255 ? undefined : [a * 256 + b, c * 256 + d];
}
