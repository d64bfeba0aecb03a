import type { Condition, JsonValue, Serve } from '@tidegate/evaluation';
import { wholeCondition } from '@tidegate/flag-file';
import type { DoneStep } from '../flag-file/apply-plan.ts';
import type { JsonObject, Plan, Remark, Setting, Step } from '../flag-file/plan.ts';
import { describeCondition } from './condition.ts';
import { formatPath } from './flaws.ts';
import type { Paint } from './paint.ts';
import { describeServe } from './serve.ts';
import { formatJson, printable } from './text.ts';

/** Characters of one side of a change; longer ones are read as JSON. */
const SIDE_LENGTH_MAX = 160;
/** Entries of a list that are named one by one. */
const ENTRIES_MAX = 8;

/**
 * A plan as a person reviews it: `+` is new, `~` changes, `-` goes, `?` is not in the file, `=` is left alone, `!` is in
 * the way; under each changed document its settings, old → new.
 */
export function formatPlan(plan: Plan, paint: Paint): string[] {
  const { environment, pulledFrom, pulledRevision, steps, unlisted, leftAlone, obstacles } = plan;
  return [
    ...(pulledFrom === undefined
      ? []
      : [paint.yellow(`The file was pulled from ${pulledFrom}; this is ${environment}.`)]),
    ...steps.flatMap((step) => formatStep(step, { paint, pulledRevision })),
    ...unlisted.map(({ kind, key }) => `${paint.dim('?')} ${kind} ${key}: not in the file (apply --prune archives it)`),
    ...leftAlone.map((remark) => formatRemark(paint.dim('='), remark)),
    ...obstacles.map((remark) => formatRemark(paint.red('!'), remark)),
  ];
}

/** `created flag new-search (revision 44)`. */
export function formatDoneStep({ step: { kind, key, action }, revision }: DoneStep): string {
  return `${DONE[action]} ${kind} ${key} (revision ${revision})`;
}

/** What a step does, in two words and a name. */
export function describeStep({ kind, key, action }: Step): string {
  return `${action} ${kind} ${key}`;
}

const DONE: Readonly<Record<Step['action'], string>> = {
  create: 'created',
  restore: 'restored',
  update: 'updated',
  archive: 'archived',
};

function formatStep(
  step: Step,
  { paint, pulledRevision }: { readonly paint: Paint; readonly pulledRevision: number | undefined },
): string[] {
  const name = `${step.kind} ${paint.bold(step.key)}`;
  switch (step.action) {
    case 'create':
      return [`${paint.green('+')} ${name}`, ...formatSettings(settingsOfNew(step.document), paint)];
    case 'restore':
      return [`${paint.green('+')} ${name}: it is archived, and comes back`, ...formatSettings(step.settings, paint)];
    case 'update':
      return [
        `${paint.yellow('~')} ${name}${sinceThen(step.revision, pulledRevision)}`,
        ...formatSettings(step.settings, paint),
      ];
    case 'archive':
      return [`${paint.red('-')} ${name}: archived`];
    default:
      throw step satisfies never;
  }
}

/** Whoever changed the flag after the pull (switched it off, say) did not know of the file, nor the file of that. */
function sinceThen(revision: number | null, pulledRevision: number | undefined): string {
  if (revision === null || pulledRevision === undefined || revision <= pulledRevision) return '';
  return ` (changed on the server at revision ${revision}, after the file was pulled at ${pulledRevision})`;
}

/** What a new document says beside its key. The salt is told where it is not the key again. */
function settingsOfNew({ key, ...document }: JsonObject): Setting[] {
  return Object.entries(document)
    .filter(([name, value]) => name !== 'salt' || value !== key)
    .map(([name, to]) => ({ name, from: undefined, to }));
}

function formatRemark(sign: string, { kind, key, path, detail }: Remark): string {
  const where = path.length === 0 ? '' : ` ${formatPath(path)}`;
  return `${sign} ${kind} ${key}${printable(where)}: ${printable(detail)}`;
}

function formatSettings(settings: readonly Setting[], paint: Paint): string[] {
  return settings.flatMap((setting) =>
    linesOf(setting).map(({ name, from, to }) => {
      const sides = from === undefined ? to : `${from} ${paint.dim('→')} ${to ?? 'nothing'}`;
      return `    ${paint.dim(printable(name))}  ${sides ?? 'nothing'}`;
    }),
  );
}

interface Line {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** One line for a setting, or one for each part of it that differs. */
function linesOf({ name, from, to }: Setting): Line[] {
  if (name === 'rules') return partLines(name, { from, to, by: 'id', describe: describeRule });
  if (name === 'variations') return partLines(name, { from, to, by: 'key', describe: describeVariation });
  if (isTexts(from) && isTexts(to)) return [entriesLine(name, from, to)];
  const describe = name === 'fallthrough' ? asServe : name === 'condition' ? asCondition : shortJson;
  return [{ name, from: sideOf(from, describe), to: sideOf(to, describe) }];
}

function sideOf(value: JsonValue | undefined, describe: (value: JsonValue) => string): string | undefined {
  return value === undefined ? undefined : describe(value);
}

/** A list whose entries have names: what each was and is, and whether those that stay changed places. */
function partLines(
  name: string,
  {
    from,
    to,
    by,
    describe,
  }: { from: JsonValue | undefined; to: JsonValue | undefined; by: string; describe: (part: JsonValue) => string },
): Line[] {
  const [was, is] = [partsOf(from, by), partsOf(to, by)];
  const names = [...new Set([...is.keys(), ...was.keys()])];
  const lines = names.map((part) => ({
    name: `${name}.${part}`,
    from: sideOf(was.get(part), describe) ?? (from === undefined ? undefined : 'nothing'),
    to: placed(sideOf(is.get(part), describe), { part, was, is }),
  }));
  const order = (one: ReadonlyMap<string, JsonValue>, other: ReadonlyMap<string, JsonValue>) =>
    [...one.keys()].filter((part) => other.has(part)).join(', ');
  const [before, after] = [order(was, is), order(is, was)];
  const moved = before === after ? [] : [{ name: `${name} (order)`, from: before, to: after }];
  return [...lines.filter((line) => line.from !== line.to), ...moved];
}

/** Of what comes into a list that was there, where: rules are asked in order. */
function placed(
  text: string | undefined,
  { part, was, is }: { part: string; was: ReadonlyMap<string, JsonValue>; is: ReadonlyMap<string, JsonValue> },
): string | undefined {
  if (text === undefined || was.size === 0 || was.has(part)) return text;
  return `${text} (${[...is.keys()].indexOf(part) + 1} of ${is.size})`;
}

function partsOf(list: JsonValue | undefined, by: string): ReadonlyMap<string, JsonValue> {
  const parts = Array.isArray(list) ? list : [];
  return new Map(parts.map((part) => [String(Reflect.get(part, by)), part]));
}

/** What came into a list of texts and what went out of it. */
function entriesLine(name: string, from: readonly string[], to: readonly string[]): Line {
  const [was, is] = [new Set(from), new Set(to)];
  const added = to.filter((entry) => !was.has(entry)).map((entry) => `+${entry}`);
  const removed = from.filter((entry) => !is.has(entry)).map((entry) => `-${entry}`);
  const all = [...added, ...removed];
  if (all.length === 0) return { name, from: shortJson(from), to: shortJson(to) };
  const told = all.slice(0, ENTRIES_MAX).map(printable).join(', ');
  const rest = all.length > ENTRIES_MAX ? ` and ${all.length - ENTRIES_MAX} more` : '';
  return { name, from: undefined, to: told + rest };
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

// The schema, or the server, has seen to what these three are.
function describeRule(part: JsonValue): string {
  const { condition, serve } = part as unknown as { readonly condition: Condition; readonly serve: Serve };
  return short(`if ${describeCondition(wholeCondition(condition))} serve ${describeServe(serve)}`);
}

function asServe(value: JsonValue): string {
  return short(describeServe(value as unknown as Serve));
}

function asCondition(value: JsonValue): string {
  return short(describeCondition(wholeCondition(value as unknown as Condition)));
}

function describeVariation(part: JsonValue): string {
  return shortJson(Reflect.get(Object(part), 'value'));
}

function shortJson(value: unknown): string {
  return short(formatJson(value));
}

function short(text: string): string {
  return text.length > SIDE_LENGTH_MAX ? `${text.slice(0, SIDE_LENGTH_MAX)}…` : text;
}
