/** What one evaluation of an expression has: the context, flagd's own two properties, and a register. */
export interface Run {
  readonly context: unknown;
  /** Whether that is an element of a list, which flagd adds nothing to. Its own operators then fail. */
  readonly isElement: boolean;
  readonly flagKey: string;
  readonly nowSeconds: number | undefined;
  /**
   * Compiled expressions keep their last value here, and a comparison reads it after its second operand has been
   * computed, which may have left its own: that decides what is compared with what.
   */
  previous: unknown;
  /** The context with what flagd adds, and that alone, once something has asked for them. */
  whole?: unknown;
  flagd?: unknown;
}

/** An expression as a closure. Throws where flagd answers with an error. */
export interface Step {
  (run: Run): unknown;
  /** Present, whatever its value, in what reads nothing. */
  readonly constant?: unknown;
}

export type Mode = 'compiled' | 'interpreted';

/** Why an expression is not run here. */
export class JsonLogicFlaw extends Error {
  override readonly name = 'JsonLogicFlaw';
}

export function always(constant: unknown): Step {
  return Object.assign(() => constant, { constant });
}

export function isConstant(step: Step): boolean {
  return Object.hasOwn(step, 'constant');
}

/** An object with an operator; one without any member is a value. */
export function isExpression(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

/** As JavaScript has it, but empty lists and objects are false; of other classes (a Date) there are no empty ones. */
export function truthy(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  const isPlain = Array.isArray(value) || value.constructor.name === 'Object';
  return !isPlain || Object.keys(value).length > 0;
}

/** A value that can be a number; what cannot fails. */
export function numeric(value: unknown): unknown {
  if (Number.isNaN(value) || (typeof value === 'object' && value !== null)) throw new TypeError('no number');
  return value;
}

export function toNumber(value: unknown): number {
  return Number(numeric(value));
}
