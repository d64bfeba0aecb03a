import {
  CALLER_DEFAULT,
  type Flag,
  findFlagFlaw,
  type JsonValue,
  type Rule,
  type Serve,
  type SplitRange,
} from '@tidegate/evaluation';
import { findConditionFlaws } from './condition-flaws.ts';
import { type FileFlaw, type FilePath, flawsUnder, missing, readFlaw } from './file-flaw.ts';
import { findReferenceFlaw, type Known } from './known.ts';

/** What is wrong with one flag, by itself and in what it names. */
export function findFlagFlaws(flag: Flag, known: Known): readonly FileFlaw[] {
  const { variations, rules, fallthrough, prerequisites, holdout } = flag;
  return [
    ...findPartFlaws(flag),
    ...findTwins(variations.map(({ key }, index) => ({ name: key, path: ['variations', index, 'key'] }))),
    ...findTwins(rules.map(({ id }, index) => ({ name: id, path: ['rules', index, 'id'] }))),
    ...findSplitFlaws(flag),
    ...prerequisites.flatMap((wanted, index) => flawsUnder(['prerequisites', index], findReferenceFlaw(wanted, known))),
    ...(holdout !== undefined && !known.segments.has(holdout) ? [missing('segment', holdout, ['holdout'])] : []),
    ...rules.flatMap(({ condition, serve }, index) => [
      ...flawsUnder(['rules', index, 'condition'], findConditionFlaws(condition, known)),
      ...flawsUnder(['rules', index, 'serve'], findCapFlaws(serve, known)),
    ]),
    ...flawsUnder(['fallthrough'], findCapFlaws(fallthrough, known)),
  ];
}

/**
 * The evaluation names the first flaw of a flag. So it is asked part by part: about flags that are sound but for one
 * variation, one target, one rule.
 */
function findPartFlaws(flag: Flag): readonly FileFlaw[] {
  const { kind, variations, offVariation, targets, rules, fallthrough, holdout, layer, ...others } = flag;
  const named = [...new Set(variations.map(({ key }) => key))].filter((key) => key !== CALLER_DEFAULT);
  const sound: Flag = {
    ...others,
    kind,
    variations: named.map((key) => ({ key, value: SAMPLES[kind] })),
    offVariation: CALLER_DEFAULT,
    targets: [],
    rules: [],
    fallthrough: NOTHING,
  };
  const ask = (part: Partial<Flag>, name: string, index?: number): FileFlaw[] => {
    const sentence = findFlagFlaw({ ...sound, ...part });
    if (sentence === undefined) return [];
    const { path, detail } = readFlaw(sentence);
    const isOfPart = path[0] === name;
    // The part was asked about alone, so as the first of its list.
    return [{ path: isOfPart && index !== undefined ? [name, index, ...path.slice(2)] : path, detail }];
  };
  return [
    ...ask({}, ''),
    ...variations.flatMap((one, index) => ask({ variations: [one] }, 'variations', index)),
    ...ask({ offVariation }, 'offVariation'),
    ...targets.flatMap((one, index) => ask({ targets: [one] }, 'targets', index)),
    ...ask(layer === undefined ? {} : { layer }, 'layer'),
    ...rules.flatMap((one, index) => ask({ rules: [one] }, 'rules', index)),
    ...ask({ fallthrough }, 'fallthrough'),
  ].filter(isFirstAtItsPlace);
}

const NOTHING: Serve = { kind: 'variation', variation: CALLER_DEFAULT };
const SAMPLES: Readonly<Record<Flag['kind'], JsonValue>> = { boolean: false, string: '', number: 0, json: null };

/** What is wrong with the rest of the flag is found anew with each part. */
function isFirstAtItsPlace({ path }: FileFlaw, index: number, flaws: readonly FileFlaw[]): boolean {
  const place = path.join('/');
  return flaws.findIndex((other) => other.path.join('/') === place) === index;
}

function findCapFlaws(serve: Serve, known: Known): readonly FileFlaw[] {
  if (serve.kind !== 'split') return [];
  return (serve.caps ?? []).flatMap(({ condition }, index) =>
    flawsUnder(['caps', index, 'condition'], findConditionFlaws(condition, known)),
  );
}

function findTwins(named: readonly { readonly name: string; readonly path: FilePath }[]): readonly FileFlaw[] {
  return named
    .filter(({ name }, index) => named.findIndex((other) => other.name === name) < index)
    .map(({ name, path }) => ({ path, detail: `${name} is there twice` }));
}

/**
 * A server wants ranges in order and none of them empty, so that a split reads like what it does; that they cover
 * everything, the evaluation has said.
 */
function findSplitFlaws({ rules, fallthrough }: Flag): readonly FileFlaw[] {
  const ofRule = ({ serve }: Rule, index: number) => flawsUnder(['rules', index, 'serve'], findRangeFlaws(serve));
  return [...rules.flatMap(ofRule), ...flawsUnder(['fallthrough'], findRangeFlaws(fallthrough))];
}

function findRangeFlaws(serve: Serve): readonly FileFlaw[] {
  if (serve.kind !== 'split') return [];
  const ofCaps = (serve.caps ?? []).flatMap(({ ranges }, index) => flawsUnder(['caps', index], findOrderFlaws(ranges)));
  return [...findOrderFlaws(serve.ranges), ...ofCaps];
}

function findOrderFlaws(ranges: readonly SplitRange[]): readonly FileFlaw[] {
  return ranges.flatMap(({ fromPpm, toPpm }, index) => {
    const path = ['ranges', index];
    if (toPpm <= fromPpm) return [{ path, detail: `it ends at ${toPpm}, not after ${fromPpm}` }];
    const before = ranges[index - 1];
    return before === undefined || before.fromPpm <= fromPpm
      ? []
      : [{ path, detail: 'it begins before the previous one' }];
  });
}
