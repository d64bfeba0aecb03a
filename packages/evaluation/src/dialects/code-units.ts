/** Ranges of UTF-16 units, both ends included. */
export type Ranges = readonly (readonly [from: number, to: number])[];

const UNIT_MAX = 0xffff;
const SURROGATES = [0xd800, 0xdfff] as const;

/** The same units, in order and without overlap. */
export function unionOf(ranges: Ranges): Ranges {
  const union: [number, number][] = [];
  for (const [from, to] of ranges.toSorted(([left], [right]) => left - right)) {
    const last = union.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else union.push([from, to]);
  }
  return union;
}

export function complementOf(ranges: Ranges): Ranges {
  const complement: [number, number][] = [];
  let next = 0;
  for (const [from, to] of unionOf(ranges)) {
    if (from > next) complement.push([next, from - 1]);
    next = to + 1;
  }
  if (next <= UNIT_MAX) complement.push([next, UNIT_MAX]);
  return complement;
}

/** A class of RE2 with exactly these units, where surrogates have been moved by `surrogateShift`. */
export function rangesText(ranges: Ranges, surrogateShift: number): string {
  const spans = ranges.flatMap(([from, to]) => {
    const surrogates = [Math.max(from, SURROGATES[0]), Math.min(to, SURROGATES[1])] as const;
    const isMoved = surrogates[0] <= surrogates[1];
    const moved = surrogates.map((unit) => unit + surrogateShift);
    return isMoved ? [[from, to], moved] : [[from, to]];
  });
  if (spans.length === 0) return NOTHING;
  return `[${spans.map((span) => span.map(unitText).join('-')).join('')}]`;
}

const NOTHING = '[^\\x{0}-\\x{10FFFF}]';

function unitText(unit: number): string {
  return `\\x{${unit.toString(16)}}`;
}

/** With every unit, those that JavaScript takes for it when case does not count (ECMA-262, Canonicalize). */
export function closeOverCase(ranges: Ranges): Ranges {
  const closed = [...ranges];
  caseGroups ??= groupByCase();
  for (const group of caseGroups) {
    const isMet = group.some((unit) => ranges.some(([from, to]) => unit >= from && unit <= to));
    if (isMet) closed.push(...group.map((unit) => [unit, unit] as const));
  }
  return unionOf(closed);
}

/** Made when the first pattern asks: it takes some milliseconds. */
let caseGroups: readonly (readonly number[])[] | undefined;

function groupByCase(): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (let unit = 0; unit <= UNIT_MAX; unit++) {
    const canonical = canonicalUnit(unit);
    const group = groups.get(canonical);
    if (group === undefined) groups.set(canonical, [unit]);
    else group.push(unit);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

function canonicalUnit(unit: number): number {
  const upper = String.fromCharCode(unit).toUpperCase();
  if (upper.length !== 1) return unit;
  const canonical = upper.charCodeAt(0);
  // What is not ASCII never becomes it: `ſ` is not `S`.
  return unit > 0x7f && canonical <= 0x7f ? unit : canonical;
}
