/** Observations of one value, or of one bin, in either arm. Lists of them ascend. */
export interface TiedGroup {
  readonly control: number;
  readonly treatment: number;
}

export function groupsOfValues(control: readonly number[], treatment: readonly number[]): readonly TiedGroup[] {
  const values = [
    ...control.map((value) => ({ value, isTreated: false })),
    ...treatment.map((value) => ({ value, isTreated: true })),
  ].sort((one, other) => one.value - other.value);
  const groups: { control: number; treatment: number }[] = [];
  let last: number | undefined;
  for (const { value, isTreated } of values) {
    if (value !== last) groups.push({ control: 0, treatment: 0 });
    last = value;
    const group = groups.at(-1);
    if (group !== undefined) group[isTreated ? 'treatment' : 'control'] += 1;
  }
  return groups;
}

/** What lies within one bin counts as tied. */
export function groupsOfBins(arms: {
  readonly control: Readonly<Record<number, number>>;
  readonly treatment: Readonly<Record<number, number>>;
}): readonly TiedGroup[] {
  const bins = new Set([...Object.keys(arms.control), ...Object.keys(arms.treatment)].map(Number));
  return [...bins]
    .sort((one, other) => one - other)
    .map((bin) => ({ control: arms.control[bin] ?? 0, treatment: arms.treatment[bin] ?? 0 }));
}

export function unitsOf(groups: readonly TiedGroup[]): TiedGroup {
  return {
    control: groups.reduce((sum, { control }) => sum + control, 0),
    treatment: groups.reduce((sum, { treatment }) => sum + treatment, 0),
  };
}
