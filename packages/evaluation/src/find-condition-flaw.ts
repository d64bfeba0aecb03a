import { POSITIONS_PPM } from './bucket.ts';
import { BUCKETINGS } from './bucketings/bucketings.ts';
import { anything, type Check, finite, integer, listOf, literal, optional, ownValue, record, text } from './check.ts';
import { DIALECTS } from './dialects/dialects.ts';
import type { Dialect, DialectLeaf } from './flag.ts';
import { isOperator } from './operators.ts';

/**
 * Levels of `all`, `any` and `not` inside one another. Evaluation recurses that deep, once per segment on the way (see
 * `REFERENCE_DEPTH_MAX`), which must fit the stack of any browser; nobody reads deeper logic.
 */
export const CONDITION_DEPTH_MAX = 32;

const FORMS = ['all', 'any', 'not', 'segment', 'flag', 'bucket', 'attribute'] as const;

const ppm = integer(0, POSITIONS_PPM);

const nativeLeaf = record({
  attribute: text,
  operator: (value) => (isOperator(value) ? undefined : ': expected an operator that is known here'),
  values: listOf(anything),
});

const dialectShape = record({
  attribute: text,
  operator: text,
  values: listOf(anything),
  dialect: literal(...Object.keys(DIALECTS)),
});

const flagLeaf = record({ flag: text, variations: listOf(text) });

const nativeBucket = record({ salt: text, unit: optional(text), fromPpm: ppm, toPpm: ppm });

/** What is wrong with a `VendorBucketing`. */
export const findBucketingFlaw: Check = (bucketing) => {
  const algorithms = Object.entries(BUCKETINGS);
  const shapeFlaw = record({ algorithm: literal(...algorithms.map(([name]) => name)) })(bucketing);
  if (shapeFlaw !== undefined) return shapeFlaw;
  // The shape holds: an object with the name of an algorithm.
  const { algorithm } = bucketing as { readonly algorithm: string };
  return algorithms.find(([name]) => name === algorithm)?.[1]?.findFlaw(bucketing);
};

const vendorBucket = record({ bucketing: findBucketingFlaw, units: listOf(text), from: finite, to: finite });

const bucket: Check = (value) =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, 'bucketing')
    ? vendorBucket(value)
    : nativeBucket(value);

/** What is wrong with a document that should be a `Condition`; undefined proves that it is one, and not too deep. */
export const findConditionFlaw: Check = (document) => flawAt(document, CONDITION_DEPTH_MAX);

function flawAt(document: unknown, levelsLeft: number): string | undefined {
  if (levelsLeft === 0) return `: nested deeper than ${CONDITION_DEPTH_MAX} levels`;
  if (typeof document !== 'object' || document === null) return ': expected an object';
  const form = formOf(document);
  if (form === undefined) return `: expected one of ${FORMS.join(', ')}`;
  switch (form) {
    case 'attribute':
      return ownValue(document, 'dialect') === undefined ? nativeLeaf(document) : dialectLeafFlaw(document);
    case 'flag':
      return flagLeaf(document);
    case 'segment':
      return flawUnder(document, form, text);
    case 'bucket':
      return flawUnder(document, form, bucket);
    case 'not':
      return flawUnder(document, form, childCheck(levelsLeft));
    default:
      return flawUnder(document, form, listOf(childCheck(levelsLeft)));
  }
}

/** The only form that a condition has. */
function formOf(document: object): (typeof FORMS)[number] | undefined {
  let form: (typeof FORMS)[number] | undefined;
  for (const name of FORMS) {
    if (!Object.hasOwn(document, name)) continue;
    if (form !== undefined) return undefined;
    form = name;
  }
  return form;
}

function dialectLeafFlaw(document: unknown): string | undefined {
  const shapeFlaw = dialectShape(document);
  if (shapeFlaw !== undefined) return shapeFlaw;
  // The shape holds, so the type does.
  const leaf = document as DialectLeaf;
  const dialect: Dialect = leaf.dialect;
  return DIALECTS[dialect]?.findLeafFlaw(leaf);
}

function flawUnder(document: object, name: string, check: Check): string | undefined {
  const flaw = check(ownValue(document, name));
  return flaw === undefined ? undefined : `.${name}${flaw}`;
}

function childCheck(levelsLeft: number): Check {
  return (child) => flawAt(child, levelsLeft - 1);
}
