import { RE2JS } from 're2js';
import type { DialectLeaf } from '../flag.ts';
import type { JsonValue } from '../json.ts';
import type { DialectMeaning } from '../language.ts';
import type { Match } from '../match.ts';
import { compareVersions } from '../rare/version.ts';
import type { ReadAttribute } from '../read-attribute.ts';
import { parseNpmVersion } from './npm-version.ts';
import { isInNetwork, parseIpv4, parseIpv6, type UnleashAddress } from './unleash-address.ts';
import { fieldReader, topReader } from './unleash-context.ts';

/**
 * Unleash's constraints, word for word (https://docs.getunleash.io/reference/activation-strategies#constraints), as
 * its SDK for Node reads them, and what its strategies ask besides: `USER_IDS`, `REMOTE_ADDRESSES` and `OVERRIDE`.
 * `…_CI` ignores case. A field that is missing fails every word but NOT_IN; `not` around a leaf is Unleash's
 * `inverted`. `$now` stands in for a `currentTime` that the context does not give.
 */
export const unleashDialect: DialectMeaning = {
  findLeafFlaw: ({ attribute, operator, values }) => {
    const word = WORDS.get(operator);
    if (word === undefined) return `.operator: expected one of ${[...WORDS.keys()].join(', ')}`;
    // What every object inherits is there in every context of Unleash's SDK, and in none of ours.
    if (attribute in Object.prototype) return `.attribute: "${attribute}" is no field`;
    return values.every(word.takes) ? undefined : '.values: expected texts';
  },
  compileLeaf: (leaf, readerOf) => {
    const word = WORDS.get(leaf.operator);
    if (word === undefined) throw new Error(`Unleash has no operator ${leaf.operator}`);
    return word.compile(leaf, readerOf);
  },
};

interface Word {
  readonly takes: (value: JsonValue) => boolean;
  readonly compile: (leaf: DialectLeaf, readerOf: (path: string) => ReadAttribute) => Match;
}

type Texts = readonly string[];
type TestText = (text: string) => boolean;

const isText = (value: JsonValue) => typeof value === 'string';
const anything = () => true;

const WORDS = new Map<string, Word>([
  ['IN', { takes: isText, compile: isIn(true) }],
  ['NOT_IN', { takes: isText, compile: isIn(false) }],
  ...partOfText('STR_STARTS_WITH', (text, part) => text.startsWith(part)),
  ...partOfText('STR_ENDS_WITH', (text, part) => text.endsWith(part)),
  ...partOfText('STR_CONTAINS', (text, part) => text.includes(part)),
  ['REGEX', pattern(0)],
  ['REGEX_CI', pattern(RE2JS.CASE_INSENSITIVE)],
  ['NUM_EQ', number((value, bound) => value === bound)],
  ['NUM_GT', number((value, bound) => value > bound)],
  ['NUM_GTE', number((value, bound) => value >= bound)],
  ['NUM_LT', number((value, bound) => value < bound)],
  ['NUM_LTE', number((value, bound) => value <= bound)],
  ['DATE_AFTER', instant((atMs, boundMs) => atMs > boundMs)],
  ['DATE_BEFORE', instant((atMs, boundMs) => atMs < boundMs)],
  ['SEMVER_EQ', version((order) => order === 0)],
  ['SEMVER_GT', version((order) => order > 0)],
  ['SEMVER_LT', version((order) => order < 0)],
  ['SEMVER_GTE', version((order) => order >= 0)],
  ['SEMVER_LTE', version((order) => order <= 0)],
  ['IN_CIDR', textual((values) => inCidr(cleaned(values)))],
  ['USER_IDS', { takes: isText, compile: isUser }],
  ['REMOTE_ADDRESSES', { takes: isText, compile: isRemoteAddress }],
  ['OVERRIDE', textual((values) => (text) => values.includes(text))],
]);

/** Empty values do not count, nor does white space around the others. */
function cleaned(values: Texts): Texts {
  return values.filter((value) => value !== '').map((value) => value.trim());
}

function textsOf({ values }: DialectLeaf): Texts {
  return values.filter((value) => typeof value === 'string');
}

function textual(testFor: (values: Texts) => TestText): Word {
  return {
    takes: isText,
    compile: (leaf) => {
      const read = fieldReader(leaf.attribute);
      const test = testFor(textsOf(leaf));
      return (context) => {
        const text = read(context);
        return text !== undefined && test(text);
      };
    },
  };
}

function isIn(wanted: boolean): Word['compile'] {
  return (leaf) => {
    const read = fieldReader(leaf.attribute);
    const values = new Set<string | undefined>(cleaned(textsOf(leaf)));
    return (context) => values.has(read(context)) === wanted;
  };
}

function partOfText(operator: string, relates: (text: string, part: string) => boolean): [string, Word][] {
  const anyPart = (parts: Texts) => (text: string) => parts.some((part) => relates(text, part));
  return [
    [operator, textual((values) => anyPart(cleaned(values)))],
    [
      `${operator}_CI`,
      textual((values) => {
        const test = anyPart(cleaned(values).map((value) => value.toLowerCase()));
        return (text) => test(text.toLowerCase());
      }),
    ],
  ];
}

function pattern(flags: number): Word {
  return textual(([source]) => {
    const compiled = patternOf(source, flags);
    return (text) => compiled?.matcher(text).find() === true;
  });
}

function patternOf(source: string | undefined, flags: number): RE2JS | undefined {
  try {
    return source === undefined ? undefined : RE2JS.compile(source, flags);
  } catch {
    // Unleash answers false for what is no pattern, and logs nothing.
    return undefined;
  }
}

/** JavaScript's `Number` on both sides: an empty text is 0, and what is no number is beyond comparison. */
function number(compare: (value: number, bound: number) => boolean): Word {
  return {
    takes: anything,
    compile: ({ attribute, values: [value] }) => {
      const read = fieldReader(attribute);
      const bound = Number(value);
      return (context) => compare(Number(read(context)), bound);
    },
  };
}

/** The instant is always `currentTime`, whatever field the constraint names. */
function instant(compare: (atMs: number, boundMs: number) => boolean): Word {
  return {
    takes: anything,
    compile: ({ values: [value] }, readerOf) => {
      const boundMs = dateMs(value);
      const now = readerOf('$now');
      return (context) => compare(dateMs(context['currentTime'] || now(context)), boundMs);
    },
  };
}

/** As JavaScript's `Date` reads it. */
function dateMs(value: JsonValue | undefined): number {
  if (value === undefined) return Number.NaN;
  if (typeof value === 'string') return new Date(value).getTime();
  return typeof value === 'object' && value !== null
    ? new Date(String(value)).getTime()
    : new Date(Number(value)).getTime();
}

function version(relates: (order: number) => boolean): Word {
  return textual(([value]) => {
    const bound = value === undefined ? undefined : parseNpmVersion(value);
    return (text) => {
      const found = text.startsWith('v') ? undefined : parseNpmVersion(text);
      return found !== undefined && bound !== undefined && relates(compareVersions(found, bound));
    };
  });
}

function inCidr(values: Texts): TestText {
  const ipv4 = networks(values, parseIpv4);
  const ipv6 = networks(values, parseIpv6);
  return (text) => isAnyNetworks(parseIpv4(text), ipv4) || isAnyNetworks(parseIpv6(text), ipv6);
}

function networks(values: Texts, parse: (value: string) => UnleashAddress | undefined): readonly UnleashAddress[] {
  return values.map(parse).filter((network) => network !== undefined);
}

function isAnyNetworks(address: UnleashAddress | undefined, ranges: readonly UnleashAddress[]): boolean {
  return address !== undefined && ranges.some((range) => address.bits === range.bits || isInNetwork(address, range));
}

function isUser(leaf: DialectLeaf): Match {
  const read = topReader('userId');
  const ids = new Set<JsonValue | undefined>(textsOf(leaf));
  return (context) => ids.has(read(context));
}

/** The address as it is written, or an IPv4 network that it is in. */
function isRemoteAddress(leaf: DialectLeaf): Match {
  const values = textsOf(leaf);
  const ranges = networks(values, parseIpv4);
  const read = topReader('remoteAddress');
  return (context) => {
    const text = read(context);
    if (typeof text !== 'string') return false;
    if (values.includes(text)) return true;
    const address = parseIpv4(text);
    return address !== undefined && ranges.some((range) => isInNetwork(address, range));
  };
}
