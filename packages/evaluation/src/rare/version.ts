/** A semantic version (https://semver.org, 2.0.0) without its build metadata, which has no precedence. */
export type Version = Readonly<ReadVersion>;

/** One that is read into. */
export interface ReadVersion {
  major: number;
  minor: number;
  patch: number;
  /** The dot-separated identifiers after the hyphen; empty for a release. */
  prerelease: string;
}

/** Longer texts are no versions: attributes come from outside, and a bound keeps the pattern's work small. */
const VERSION_LENGTH_MAX = 256;
const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const AFTER_CORE = new RegExp(`^(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$`);
const NUMBER = /^\d+$/;
const LOWER_V = 0x76;
const DOT = 0x2e;
const ZERO = 0x30;

/** A semantic version, allowing a leading `v` as tags are written; undefined for any other text. */
export function parseVersion(text: string): Version | undefined {
  const version = noVersion();
  return readVersion(text, version) ? version : undefined;
}

export function noVersion(): ReadVersion {
  return { major: 0, minor: 0, patch: 0, prerelease: '' };
}

/**
 * Reads what `parseVersion` gives into something that is there already; false for any other text. Numbers are doubles,
 * exact to 2^53. The core is read by hand, three times faster than by a pattern, and nothing is allocated: every
 * evaluation of a version condition reads one.
 */
export function readVersion(text: string, version: ReadVersion): boolean {
  const length = text.length;
  if (length === 0 || length > VERSION_LENGTH_MAX) return false;
  let at = text.charCodeAt(0) === LOWER_V ? 1 : 0;
  let numberAt = at;
  let number = 0;
  let major = -1;
  let minor = -1;
  for (; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= ZERO && unit <= ZERO + 9) {
      const isAfterLeadingZero = number === 0 && at > numberAt;
      if (isAfterLeadingZero) return false;
      number = number * 10 + (unit - ZERO);
      continue;
    }
    if (at === numberAt) return false;
    if (minor >= 0) break;
    if (unit !== DOT) return false;
    if (major < 0) major = number;
    else minor = number;
    number = 0;
    numberAt = at + 1;
  }
  if (minor < 0 || at === numberAt) return false;
  version.major = major;
  version.minor = minor;
  version.patch = number;
  version.prerelease = '';
  if (at === length) return true;
  const rest = AFTER_CORE.exec(text.slice(at));
  version.prerelease = rest?.[1] ?? '';
  return rest !== null;
}

/** Precedence (semver.org, item 11): negative when `left` is older, 0 when neither is. */
export function compareVersions(left: Version, right: Version): number {
  if (left.major !== right.major) return left.major - right.major;
  if (left.minor !== right.minor) return left.minor - right.minor;
  if (left.patch !== right.patch) return left.patch - right.patch;
  return left.prerelease === right.prerelease ? 0 : comparePrereleases(left.prerelease, right.prerelease);
}

function comparePrereleases(left: string, right: string): number {
  // A pre-release is older than its release: 1.0.0-alpha < 1.0.0.
  if (left === '') return 1;
  if (right === '') return -1;
  const rightIdentifiers = right.split('.');
  const leftIdentifiers = left.split('.');
  for (const [index, leftIdentifier] of leftIdentifiers.entries()) {
    const rightIdentifier = rightIdentifiers[index];
    if (rightIdentifier === undefined) return 1;
    const order = compareIdentifiers(leftIdentifier, rightIdentifier);
    if (order !== 0) return order;
  }
  return leftIdentifiers.length - rightIdentifiers.length;
}

/** Numbers by value and below words; words by ASCII order. */
function compareIdentifiers(left: string, right: string): number {
  const isLeftNumber = NUMBER.test(left);
  if (isLeftNumber !== NUMBER.test(right)) return isLeftNumber ? -1 : 1;
  if (isLeftNumber) return Number(left) - Number(right);
  return left === right ? 0 : left < right ? -1 : 1;
}
