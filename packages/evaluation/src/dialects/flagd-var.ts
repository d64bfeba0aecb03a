import { isConstant, isExpression, JsonLogicFlaw, type Mode, type Run, type Step } from './flagd-step.ts';

type Compile = (expression: unknown, mode: Mode) => Step;

const FLAGD = '$flagd';

/** What is at a path, or else the second operand: compiled, also in place of null. */
export function compileVar(operand: unknown, mode: Mode, compile: Compile): Step {
  const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  const [path, otherwise] = operands;
  if (operands.length > 2) throw new JsonLogicFlaw('a "var" with more than two operands');
  const fallback = compile(otherwise ?? null, mode);
  if (path === undefined || path === null || path === '') return wholeContext;
  if (typeof path !== 'string' || path.includes('../'))
    throw new JsonLogicFlaw('a "var" whose path is not a plain text');
  const names = splitPath(path);
  if (mode === 'compiled') {
    refuseTernary(otherwise, fallback);
    return (run) => {
      const value = descend(run, names) ?? fallback(run);
      run.previous = value;
      return typeof value === 'function' ? null : value;
    };
  }
  const isPlain = !/[.\\]/.test(path);
  if (operands.length === 1 && isPlain) return (run) => (run.context ? valueOrNull(memberOfContext(run, path)) : null);
  const stopsAtFalse = operands.length === 1 && (names.length === 2 || names.length === 3);
  if (stopsAtFalse) return (run) => valueOrNull(descendWhileTrue(run, names));
  return (run) => {
    const other = fallback(run);
    const value = descend(run, names);
    return value === undefined ? other : valueOrNull(value);
  };
}

/** The keys of a list of texts that the context has no value at, null being one. */
export function compileMissing(operand: unknown): Step {
  const keys: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  const paths = keys.map((key) => {
    if (typeof key !== 'string' || key.includes('\\'))
      throw new JsonLogicFlaw('a "missing" of what is not a plain text');
    return { key, names: splitPath(key) };
  });
  return (run) => paths.filter(({ names }) => isMissing(run, names)).map(({ key }) => key);
}

/** Those that `missing` gives, if more of them are missing than so many that must be there leave. */
export function compileMissingSome(operand: unknown, mode: Mode): Step {
  const [needed, keys]: readonly unknown[] = Array.isArray(operand) ? operand : [];
  if (typeof needed !== 'number' || !Array.isArray(keys)) {
    throw new JsonLogicFlaw('a "missing_some" that is not a number and a list');
  }
  const missing = compileMissing(keys);
  return (run) => {
    const found = missing(run);
    if (mode === 'compiled') run.previous = found;
    // `missing` gives a list.
    return keys.length - (found as readonly unknown[]).length >= needed ? [] : found;
  };
}

function isMissing(run: Run, names: readonly string[]): boolean {
  let value: unknown = run.context;
  for (const [index, name] of names.entries()) {
    if (!value) return true;
    value = index === 0 ? memberOfContext(run, name) : memberOf(value, name);
    if (value === undefined) return true;
  }
  return false;
}

/** One object however often it is asked for: two readings of it are identical. */
function wholeContext(run: Run): unknown {
  if (run.isElement) return run.context;
  run.whole ??= { ...asRecord(run.context), [FLAGD]: flagdOf(run) };
  return run.whole;
}

function flagdOf(run: Run): unknown {
  run.flagd ??= { flagKey: run.flagKey, timestamp: run.nowSeconds };
  return run.flagd;
}

function descend(run: Run, names: readonly string[]): unknown {
  const [first, ...rest] = names;
  let value: unknown = first === undefined ? run.context : memberOfContext(run, first);
  for (const name of rest) value = memberOf(value, name);
  return value;
}

/** Interpreted, a path of two or three names ends at the first value that JavaScript takes for false. */
function descendWhileTrue(run: Run, names: readonly string[]): unknown {
  let value: unknown = run.context;
  for (const [index, name] of names.entries()) {
    if (!value) return value;
    value = index === 0 ? memberOfContext(run, name) : memberOf(value, name);
  }
  return value;
}

/** flagd reads a copy of the context: its own members, and what every object inherits. */
function memberOfContext(run: Run, name: string): unknown {
  if (run.isElement) return memberOf(run.context, name);
  if (name === FLAGD) return flagdOf(run);
  const context = asRecord(run.context);
  return Object.hasOwn(context, name) ? context[name] : memberOf({}, name);
}

/** A context that is no element is an object: `evaluate` sees to it. */
function asRecord(context: unknown): Readonly<Record<string, unknown>> {
  return context as Readonly<Record<string, unknown>>;
}

/** Any member, an inherited one too: the engine asks no further, and a text has its `length`. */
export function memberOf(value: unknown, name: string): unknown {
  if (value === undefined || value === null) return undefined;
  // Everything else has members.
  return (value as Readonly<Record<string, unknown>>)[name];
}

function valueOrNull(value: unknown): unknown {
  return value === undefined || typeof value === 'function' ? null : value;
}

/** Names joined by dots; a backslash before a dot, a slash or a backslash makes it part of the name. */
function splitPath(path: string): readonly string[] {
  const names: string[] = [];
  let name = '';
  for (let at = 0; at < path.length; at++) {
    const letter = path[at] ?? '';
    const next = path[at + 1];
    if (letter === '\\' && (next === '.' || next === '/' || next === '\\')) {
      name += next;
      at++;
    } else if (letter === '.') {
      names.push(name);
      name = '';
    } else name += letter;
  }
  // As many names as letters are all empty: the path is dots only, and has no last one.
  return names.length === path.length ? names : [...names, name];
}

const TERNARIES: ReadonlySet<string> = new Set(['and', 'or', 'missing', 'missing_some', 'all']);

/** The engine writes these without parentheses, so what surrounds them binds to their first part only. */
export function refuseTernary(expression: unknown, step: Step): void {
  const [inner = ''] = isExpression(expression) ? Object.keys(expression) : [];
  if (TERNARIES.has(inner) && !isConstant(step))
    throw new JsonLogicFlaw(`${JSON.stringify(inner)} where the engine loses it`);
}
