import { parseVersion, type Version } from '../rare/version.ts';

const LENGTH_MAX = 256;

/**
 * A version as npm's `semver` reads it, which vendors' SDKs for JavaScript compare with: as `parseVersion`, but white
 * space around it does not count, and numbers that are not exact in doubles are refused.
 */
export function parseNpmVersion(text: string): Version | undefined {
  if (text.length > LENGTH_MAX) return undefined;
  const version = parseVersion(text.trim());
  return version !== undefined && Math.max(version.major, version.minor, version.patch) <= Number.MAX_SAFE_INTEGER
    ? version
    : undefined;
}
