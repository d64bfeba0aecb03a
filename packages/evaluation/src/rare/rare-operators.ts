import type { JsonValue } from '../json.ts';
import { type ComparingOperator, type Meaning, not } from '../meaning.ts';
import { cidr } from './cidr.ts';
import { instantMs } from './instant.ts';
import { matches } from './matches.ts';
import { compareVersions, noVersion, parseVersion, readVersion, type Version } from './version.ts';

const before = instants((atMs, boundMs) => atMs < boundMs);
const after = instants((atMs, boundMs) => atMs > boundMs);
const semverEquals = versions((order) => order === 0);

/** The operators that few rules use and that take code: pages load them when a rule asks for one. */
export const RARE_OPERATORS = {
  before,
  notBefore: not(before),
  after,
  notAfter: not(after),
  matches,
  notMatches: not(matches),
  inCidr: cidr,
  notInCidr: not(cidr),
  semverEquals,
  semverNotEquals: not(semverEquals),
  semverLessThan: versions((order) => order < 0),
  semverLessThanOrEqual: versions((order) => order <= 0),
  semverGreaterThan: versions((order) => order > 0),
  semverGreaterThanOrEqual: versions((order) => order >= 0),
} satisfies Partial<Record<ComparingOperator, Meaning>>;

function instants(relates: (atMs: number, boundMs: number) => boolean): Meaning<readonly number[]> {
  return {
    takes: (value) => !Number.isNaN(instantMs(value)),
    prepare: (values) => values.map(instantMs),
    relates: (element, boundsMs) => {
      const atMs = instantMs(element);
      for (const boundMs of boundsMs) if (relates(atMs, boundMs)) return true;
      return false;
    },
    isNegated: false,
  };
}

// One context usually meets several flags that ask its version: the last one is remembered, always in the same place.
const lastVersion = noVersion();
let lastText = '';
let isLastVersion = false;

/** Valid until another version is read. */
function versionOf(value: JsonValue): Version | undefined {
  if (typeof value !== 'string') return undefined;
  if (value !== lastText) {
    isLastVersion = readVersion(value, lastVersion);
    lastText = value;
  }
  return isLastVersion ? lastVersion : undefined;
}

function versions(relates: (order: number) => boolean): Meaning<readonly Version[]> {
  return {
    takes: (value) => versionOf(value) !== undefined,
    prepare: (values) => values.map((value) => parseVersion(String(value))).filter((version) => version !== undefined),
    relates: (element, others) => {
      const version = versionOf(element);
      if (version === undefined) return false;
      for (const other of others) if (relates(compareVersions(version, other))) return true;
      return false;
    },
    isNegated: false,
  };
}
