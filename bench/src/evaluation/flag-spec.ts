import { seededRandom } from '@tidegate/testkit';

/**
 * What is measured, in nobody's format: every contestant writes it in its own. The rules of `rules` match nobody here
 * but the last, a list of unit keys that splits three ways.
 */
export type FlagSpec =
  | { readonly kind: 'off' | 'on' | 'half'; readonly key: string }
  | { readonly kind: 'member'; readonly key: string; readonly segment: string }
  | { readonly kind: 'needs'; readonly key: string; readonly flag: string }
  | ({
      readonly kind: 'rules';
      readonly key: string;
      readonly emailSuffix: string;
      readonly countries: readonly string[];
    } & { readonly versionFrom: string; readonly ageAbove: number; readonly keys: readonly string[] });

export interface SegmentSpec {
  readonly key: string;
  readonly keys: readonly string[];
}

export interface RulesSpec {
  readonly flags: readonly FlagSpec[];
  readonly segments: readonly SegmentSpec[];
}

/** The split of `rules`, in percent; `none` is what its fallthrough serves. */
export const SHARES = [
  ['A', 33],
  ['B', 33],
  ['C', 34],
] as const;

export interface Person {
  readonly key: string;
  readonly email: string;
  readonly country: string;
  readonly appVersion: string;
  readonly age: number;
}

const PERSON_COUNT = 1_024;
const MANY_FLAGS = 1_000;
const SEGMENT_KEYS = 10_000;

const random = seededRandom(42);
const COUNTRIES = ['US', 'CA', 'GB', 'AU', 'NZ', 'IE', 'ZA', 'IN', 'SG', 'PH'];
const ELSEWHERE = ['DE', 'FR', 'ES', 'IT', 'PL', 'SE', 'NO', 'DK', 'FI', 'PT'];
const betaKeys = unitKeys(100);
const segmentKeys = unitKeys(SEGMENT_KEYS);

export function unitKeys(count: number): string[] {
  return Array.from(
    { length: count },
    () =>
      `user-${random
        .int(0, 2 ** 48)
        .toString(16)
        .padStart(12, '0')}`,
  );
}

/** One flag per question. */
export const oneOfEach: RulesSpec = {
  flags: [
    { kind: 'off', key: 'off' },
    { kind: 'on', key: 'on' },
    { kind: 'half', key: 'half' },
    rulesFlag('rules', betaKeys),
    { kind: 'member', key: 'member', segment: 'big' },
    { kind: 'needs', key: 'needs', flag: 'on' },
  ],
  segments: [{ key: 'big', keys: segmentKeys }],
};

/** 20 % off, 30 % on, 30 % split, 20 % with five rules. */
export const thousand: RulesSpec = {
  flags: Array.from({ length: MANY_FLAGS }, (_, index): FlagSpec => {
    const key = `flag-${index}`;
    const turn = index % 10;
    if (turn < 2) return { kind: 'off', key };
    if (turn < 5) return { kind: 'on', key };
    return turn < 8 ? { kind: 'half', key } : rulesFlag(key, betaKeys.slice(0, 10));
  }),
  segments: [],
};

/** Flags of five rules, each with its own list of ten unit keys. */
export function heavy(flagCount: number): RulesSpec {
  return {
    flags: Array.from({ length: flagCount }, (_, index) => rulesFlag(`flag-${index}`, unitKeys(10))),
    segments: [],
  };
}

export const anyone: readonly Person[] = people(unitKeys(PERSON_COUNT));
export const beta: readonly Person[] = people(
  Array.from(anyone, (_, index) => betaKeys[index % betaKeys.length] ?? ''),
);
/** Every other one is a member of the segment. */
export const halfMembers: readonly Person[] = people(
  unitKeys(PERSON_COUNT).map((key, index) => (index % 2 === 0 ? key : (segmentKeys[(index * 7) % SEGMENT_KEYS] ?? ''))),
);

function rulesFlag(key: string, keys: readonly string[]): FlagSpec {
  return {
    kind: 'rules',
    key,
    emailSuffix: '@corp.example',
    countries: COUNTRIES,
    versionFrom: '3.0.0',
    ageAbove: 65,
    keys,
  };
}

function people(keys: readonly string[]): Person[] {
  return keys.map((key, index) => ({
    key,
    email: `person${index}@mail.example`,
    country: ELSEWHERE[index % 10] ?? '',
    appVersion: `2.${index % 20}.${index % 7}`,
    age: 18 + (index % 40),
  }));
}
