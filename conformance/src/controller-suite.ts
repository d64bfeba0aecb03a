import type { CaseOutcome } from './case-outcome.ts';
import { LIMITS_FORMS } from './controller/limits-forms.ts';
import { checkProperty } from './controller/property-forms.ts';
import { RAMP_FORMS } from './controller/ramp-forms.ts';
import { type ClassifierCase, SERIES_FORMS } from './controller/series-forms.ts';
import { type CaseForm, nameOf, type SourcedCase } from './controller/sourced-case.ts';

const FORMS: Readonly<Record<string, CaseForm>> = { ...SERIES_FORMS, ...LIMITS_FORMS, ...RAMP_FORMS };

/**
 * The groups of `controller/`: what the tests of other controllers state, and what ours does where it differs. README.md
 * there says what each means. A group that is not known is a failed case.
 */
export function controllerSuite(file: unknown): readonly CaseOutcome[] {
  // The formats are the README's; a case of another shape fails.
  const { about: _, properties = [], ...groups } = file as ControllerFile;
  const series = (groups['kayenta_classifier'] ?? []) as readonly ClassifierCase[];
  return [
    ...properties.map((one) => runCase((property: SourcedCase) => checkProperty(property, series), one)),
    ...Object.entries(groups).flatMap(([group, cases]) => runGroup(group, cases)),
  ];
}

interface ControllerFile extends Readonly<Record<string, readonly SourcedCase[] | undefined>> {
  readonly about?: never;
  readonly properties?: readonly SourcedCase[];
}

function runGroup(group: string, cases: readonly SourcedCase[] = []): readonly CaseOutcome[] {
  const form = Object.hasOwn(FORMS, group) ? FORMS[group] : undefined;
  if (form === undefined) return [{ name: group, flaw: `expected one of ${Object.keys(FORMS).join(', ')}` }];
  // The name of the group says which shape its cases have.
  return cases.map((one) => runCase(form, one));
}

/** A case that no form can read is one failed case, and leaves the others alone. */
function runCase(form: CaseForm, one: SourcedCase): CaseOutcome {
  try {
    return form(one as never);
  } catch (error) {
    return { name: nameOf(one), flaw: String(error) };
  }
}
