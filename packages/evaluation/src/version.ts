/**
 * Semantic versions (https://semver.org, 2.0.0), with one allowance: a leading `v`, as tags are written. Versions stay
 * texts: their parts are compared in place, so nothing is allocated and numbers of any length are exact.
 */

/** Longer texts are no versions: attributes come from outside, and a bound keeps the pattern's work small. */
const VERSION_LENGTH_MAX = 256;
const NUMBER = '(?:0|[1-9]\\d*)';
const PRERELEASE_IDENTIFIER = `(?:${NUMBER}|\\d*[a-zA-Z-][0-9a-zA-Z-]*)`;
const BUILD_IDENTIFIER = '[0-9a-zA-Z-]+';
const VERSION = new RegExp(
  `^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}` +
    `(?:-${PRERELEASE_IDENTIFIER}(?:\\.${PRERELEASE_IDENTIFIER})*)?` +
    `(?:\\+${BUILD_IDENTIFIER}(?:\\.${BUILD_IDENTIFIER})*)?$`,
);

/** Major, minor and patch come before the pre-release. */
const CORE_PARTS = 3;
const DOT = 0x2e;
const HYPHEN = 0x2d;
const PLUS = 0x2b;
const ZERO = 0x30;
const NINE = 0x39;
const LOWER_V = 0x76;

export function isVersion(text: string): boolean {
  return text.length <= VERSION_LENGTH_MAX && VERSION.test(text);
}

/**
 * Precedence of two valid versions (semver.org, item 11): negative when `left` is older, 0 when neither is. Build
 * metadata does not count.
 */
export function compareVersions(left: string, right: string): number {
  let leftAt = left.charCodeAt(0) === LOWER_V ? 1 : 0;
  let rightAt = right.charCodeAt(0) === LOWER_V ? 1 : 0;
  for (let partIndex = 0; ; partIndex++) {
    const leftPart = { text: left, from: leftAt, to: endOfPart(left, leftAt, partIndex) };
    const rightPart = { text: right, from: rightAt, to: endOfPart(right, rightAt, partIndex) };
    const order = compareParts(leftPart, rightPart);
    if (order !== 0) return order;
    const leftGoesOn = goesOn(leftPart);
    if (leftGoesOn !== goesOn(rightPart)) {
      // A pre-release is older than its release (1.0.0-a < 1.0.0); of two pre-releases the longer is newer.
      return leftGoesOn === partIndex < CORE_PARTS ? -1 : 1;
    }
    if (!leftGoesOn) return 0;
    leftAt = leftPart.to + 1;
    rightAt = rightPart.to + 1;
  }
}

/** A number of the core or an identifier of the pre-release: `text` from `from` to below `to`. */
interface Part {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

function endOfPart(text: string, from: number, partIndex: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === DOT || unit === PLUS || (unit === HYPHEN && partIndex < CORE_PARTS)) break;
  }
  return at;
}

/** Whether another part follows: after a dot, or as the pre-release after the core's hyphen. */
function goesOn(part: Part): boolean {
  const unit = part.text.charCodeAt(part.to);
  return unit === DOT || unit === HYPHEN;
}

/** Numbers by value and below words; words by ASCII order. */
function compareParts(left: Part, right: Part): number {
  const leftIsNumber = isNumber(left);
  const rightIsNumber = isNumber(right);
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1;
  const leftLength = left.to - left.from;
  const rightLength = right.to - right.from;
  // Without leading zeros the longer number is the greater.
  if (leftIsNumber && leftLength !== rightLength) return leftLength - rightLength;
  const shared = Math.min(leftLength, rightLength);
  for (let at = 0; at < shared; at++) {
    const order = left.text.charCodeAt(left.from + at) - right.text.charCodeAt(right.from + at);
    if (order !== 0) return order;
  }
  return leftLength - rightLength;
}

function isNumber({ text, from, to }: Part): boolean {
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit < ZERO || unit > NINE) return false;
  }
  return true;
}
