import { type Document, isCollection, parseDocument } from 'yaml';

/**
 * The plan as it is written, in YAML or JSON, is what the wizard holds; its fields read members of it and write members
 * of it. So whatever no field shows stays as it was, comments included.
 */
export type PlanObject = { readonly [member: string]: unknown };

export type PlanPath = readonly (string | number)[];

/** Sets the member at a path; without a value it goes, and so does what is empty without it. */
export interface PlanEdit {
  readonly path: PlanPath;
  readonly value?: unknown;
}

export type ReadPlan =
  | { readonly kind: 'read'; readonly plan: PlanObject }
  | { readonly kind: 'flawed'; readonly detail: string };

/** Names for one thing in a plan that mean many more are no plan. */
const ALIASES_MAX = 100;

export function readPlan(text: string): ReadPlan {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) return { kind: 'flawed', detail: error.message };
  try {
    const plan: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    if (isPlanObject(plan)) return { kind: 'read', plan };
    return { kind: 'flawed', detail: 'Expected members of a plan, like "flag: new-checkout".' };
  } catch (thrown) {
    return { kind: 'flawed', detail: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** The text with these members as they should be, and everything else of it as it was. The text must be readable. */
export function editPlan(text: string, edits: readonly PlanEdit[]): string {
  // `on` is true to programs that read YAML 1.1: it is quoted for them.
  const document = parseDocument(text, { compat: 'yaml-1.1' });
  for (const { path, value } of edits) {
    if (value === undefined) remove(document, path);
    else document.setIn(path, document.createNode(value));
  }
  return document.toString({ lineWidth: 0 });
}

function remove(document: Document.Parsed, path: PlanPath): void {
  if (!document.hasIn(path)) return;
  document.deleteIn(path);
  const parent = path.slice(0, -1);
  if (parent.length === 0) return;
  const left = document.getIn(parent, true);
  if (isCollection(left) && left.items.length === 0) remove(document, parent);
}

export function isPlanObject(value: unknown): value is PlanObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(plan: unknown, path: PlanPath): unknown {
  let value = plan;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (isPlanObject(value)) value = value[step];
    else return undefined;
  }
  return value;
}

/** The items at a path; none where there is no list. */
export function itemsAt(plan: unknown, path: PlanPath): readonly unknown[] {
  const value = valueAt(plan, path);
  return Array.isArray(value) ? value : [];
}

/** What stands at a path as text; empty where nothing does. */
export function textAt(plan: unknown, path: PlanPath): string {
  const value = valueAt(plan, path);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
