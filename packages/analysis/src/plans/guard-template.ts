import type { PlanFlaw, PlanPath } from './plan-flaw.ts';

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export type TemplateArgument = string | number | boolean;
export type TemplateArguments = Readonly<Record<string, TemplateArgument>>;

/** What a template may be told: of which type, within which bounds, and what it takes when it is told nothing. */
export interface TemplateParameter {
  readonly type: 'string' | 'number' | 'boolean';
  readonly description?: string;
  /** Without one the argument must be given. */
  readonly default?: TemplateArgument;
  /** Of a number. */
  readonly min?: number;
  readonly max?: number;
}

/**
 * A metric with holes, shared by a project. A text in `metric` that is `{{name}}` and nothing else becomes the argument
 * itself, of its own type; inside a longer text it becomes the argument as text. A version never changes: what a rollout
 * was made from stays what it was.
 */
export interface GuardTemplate {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly parameters: Readonly<Record<string, TemplateParameter>>;
  /** A metric's settings. */
  readonly metric: Json;
}

/** Which template is meant: the newest version where none is named. */
export interface TemplateReference {
  readonly name: string;
  readonly version: number | undefined;
}

/** `error-rate@3`, or `error-rate` for the newest; undefined for a text that names none. */
export function referenceOf(template: string | { name: string; version: number }): TemplateReference | undefined {
  if (typeof template !== 'string') return { name: template.name, version: template.version };
  const [, name, version] = /^([^@]+)(?:@([1-9]\d{0,8}))?$/.exec(template) ?? [];
  return name === undefined ? undefined : { name, version: version === undefined ? undefined : Number(version) };
}

export type FilledTemplate =
  | { readonly kind: 'filled'; readonly metric: Json; readonly args: TemplateArguments }
  | { readonly kind: 'flawed'; readonly flaws: readonly PlanFlaw[] };

/** Puts arguments in the holes. `args` of the result has every parameter's, defaults too: all that the metric came from. */
export function fillTemplate(template: GuardTemplate, given: TemplateArguments, path: PlanPath): FilledTemplate {
  const { parameters } = template;
  const names = Object.keys(parameters);
  const args: Record<string, TemplateArgument> = {};
  const flaws: PlanFlaw[] = [];
  const refuse = (name: string, detail: string) =>
    flaws.push({ code: 'invalid-template-arguments', path: [...path, name], detail });
  const called = `${template.name}@${template.version}`;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(parameters, name)) continue;
    refuse(name, `The template ${called} takes ${names.join(', ') || 'no arguments'}; came ${name}: leave it out.`);
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    const argument = Object.hasOwn(given, name) ? given[name] : parameter.default;
    const expected = findMismatch(parameter, argument);
    if (expected !== undefined)
      refuse(name, `The template ${called} expects ${expected} as ${name}; came ${argument}.`);
    else if (argument !== undefined) args[name] = argument;
  }
  if (flaws.length > 0) return { kind: 'flawed', flaws };
  return { kind: 'filled', metric: fill(template.metric, args), args };
}

/** Names in holes that are no parameter of the template. */
export function findUnknownHoles({ metric, parameters }: Pick<GuardTemplate, 'metric' | 'parameters'>): string[] {
  const holes = [...JSON.stringify(metric).matchAll(HOLE)].map(([, name = '']) => name);
  return [...new Set(holes)].filter((name) => !Object.hasOwn(parameters, name));
}

/** What was expected, when the argument is not it. */
export function findMismatch(
  { type, min, max }: TemplateParameter,
  argument: TemplateArgument | undefined,
): string | undefined {
  const bounds = [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
  const expected = `a ${type}${bounds.length === 0 ? '' : ` of ${bounds.join(' and ')}`}`;
  if (typeof argument !== type) return expected;
  if (typeof argument !== 'number') return undefined;
  const isWithin = Number.isFinite(argument) && argument >= (min ?? argument) && argument <= (max ?? argument);
  return isWithin ? undefined : expected;
}

const HOLE = /\{\{(\w+)\}\}/g;
const ONE_HOLE = /^\{\{(\w+)\}\}$/;

function fill(value: Json, args: TemplateArguments): Json {
  if (typeof value === 'string') return fillText(value, args);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => fill(item, args));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fill(member, args)]));
}

function fillText(text: string, args: TemplateArguments): TemplateArgument {
  const [, only] = ONE_HOLE.exec(text) ?? [];
  const argument = only === undefined ? undefined : args[only];
  return argument ?? text.replaceAll(HOLE, (hole, name: string) => String(args[name] ?? hole));
}

/** `Array.isArray` does not narrow readonly lists. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
