import { CALLER_DEFAULT, type Condition, type Rule, type Serve, type ServeVendorSplit } from '@tidegate/evaluation';
import type { FlagDefinition, FlagFile, SegmentDefinition } from '@tidegate/flag-file';
import { isMissing, nativeCondition } from './native-condition.ts';
import { nativeRanges, saltOf } from './native-ranges.ts';

/**
 * A file in which every imported split and bucket is divided by Tidegate's own hash, in the same shares: what the file
 * would be had it never been imported. Users move by it, which is why somebody has to ask for it.
 */
export function nativeFile(file: FlagFile): FlagFile {
  const { flags, segments = {} } = file;
  return {
    ...file,
    flags: mapValues(flags, nativeFlag),
    segments: mapValues(segments, nativeSegment),
  };
}

function nativeFlag(flag: FlagDefinition): FlagDefinition {
  const rules = (flag.rules ?? []).flatMap(nativeRules);
  const { fallthrough } = flag;
  if (fallthrough?.kind !== 'vendorSplit') return flag.rules === undefined ? flag : { ...flag, rules };
  // A fallthrough has no condition that could hold back what its ranges leave out, so it becomes a last rule.
  const last: Rule = { id: 'imported-fallthrough', condition: { all: [] }, serve: fallthrough };
  const otherwise: Serve = { kind: 'variation', variation: fallthrough.onMissingUnit ?? CALLER_DEFAULT };
  return { ...flag, rules: [...rules, ...nativeRules(last)], fallthrough: otherwise };
}

function nativeSegment(segment: SegmentDefinition): SegmentDefinition {
  const { condition } = segment;
  return condition === undefined ? segment : { ...segment, condition: nativeCondition(condition) };
}

/**
 * A native split has one unit and serves at every position. So a split by the first of several units becomes a rule per
 * unit, each for contexts that lack the units before it, and what the ranges leave out is left out by the condition.
 */
function nativeRules({ id, condition, serve }: Rule): Rule[] {
  const native = nativeCondition(condition);
  if (serve.kind !== 'vendorSplit') return [{ id, condition: native, serve }];
  const salt = saltOf(serve.bucketing);
  const { ranges, covered } = nativeRanges(serve);
  return serve.units.map((unit, index): Rule => {
    const missing = serve.units.slice(0, index).map(isMissing);
    const inside = covered.map((range): Condition => ({ bucket: { salt, unit, ...range } }));
    return {
      id: index === 0 ? id : `${id}-${unit}`,
      condition: { all: [native, ...missing, { any: [...inside, ...unitless(serve, unit, index)] }] },
      serve: { kind: 'split', unit, bucketGroup: salt, ranges, ...missingServe(serve, index) },
    };
  });
}

/** A context without any of the units gets `onMissingUnit`, from the last rule. */
function unitless({ units, onMissingUnit }: ServeVendorSplit, unit: string, index: number): Condition[] {
  return onMissingUnit !== undefined && index === units.length - 1 ? [isMissing(unit)] : [];
}

function missingServe({ units, onMissingUnit }: ServeVendorSplit, index: number): { onMissingUnit?: string } {
  return onMissingUnit !== undefined && index === units.length - 1 ? { onMissingUnit } : {};
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
