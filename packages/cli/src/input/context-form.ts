import type { Context } from '@tidegate/evaluation';
import { VENDORS } from '@tidegate/importers';
import { Option } from 'commander';

/** The ways in which contexts are written: our own, and that of each vendor whose flags can be imported. */
const CONTEXT_FORMS: Readonly<Record<string, (context: unknown) => Context>> = {
  // Whatever is no object has no attributes.
  tidegate: (context) => context as Context,
  ...Object.fromEntries(Object.entries(VENDORS).map(([vendor, { contextOf }]) => [vendor, contextOf])),
};

export function contextFormOption(): Option {
  return new Option('--context-form <form>', "how contexts are written: as ours, or as an imported flag's vendor does")
    .choices(Object.keys(CONTEXT_FORMS))
    .default('tidegate');
}

/** The form of that name, which the option has checked. */
export function contextReader(form: string): (context: unknown) => Context {
  const read = CONTEXT_FORMS[form];
  if (read === undefined) throw new Error(`there is no context form ${form}`);
  return read;
}
