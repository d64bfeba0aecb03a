import type { JsonValue } from '../json.ts';
import type { Meaning } from '../meaning.ts';
import { above, below } from '../operator.ts';
import type { PositiveOperator } from '../twins.ts';
import { cidr } from './cidr.ts';
import { instantMs } from './instant.ts';
import { matches } from './matches.ts';
import { compareVersions, parseVersion } from './version.ts';

/** The operators that few rules use and that take code: pages load them when a rule asks for one. */
export const RARE_OPERATORS = {
  before: below(instantMs, (atMs, boundMs) => atMs < boundMs),
  after: above(instantMs, (atMs, boundMs) => atMs > boundMs),
  matches,
  inCidr: cidr,
  semverEquals: versioned((order) => order === 0),
  semverLessThan: versioned((order) => order < 0),
  semverLessThanOrEqual: versioned((order) => order <= 0),
  semverGreaterThan: versioned((order) => order > 0),
  semverGreaterThanOrEqual: versioned((order) => order >= 0),
} as const satisfies Partial<Record<PositiveOperator, Meaning>>;

function versioned(relates: (order: number) => boolean): Meaning {
  const versionOf = (value: JsonValue) => (typeof value === 'string' ? parseVersion(value) : undefined);
  return {
    takes: (value) => versionOf(value) !== undefined,
    relateTo: (values) => {
      const versions = values.map(versionOf).filter((version) => version !== undefined);
      return (element) => {
        const version = versionOf(element);
        if (version === undefined) return false;
        for (const other of versions) if (relates(compareVersions(version, other))) return true;
        return false;
      };
    },
  };
}
