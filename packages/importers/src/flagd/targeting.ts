import { CALLER_DEFAULT, type DialectLeaf, type JsonValue } from '@tidegate/evaluation';

/** What the parts of one flag's targeting have in common. */
export class Targeting {
  readonly flagKey: string;
  readonly variants: readonly string[];
  /** What is served where targeting has no answer. */
  readonly otherwise: string;

  constructor({
    flagKey,
    variants,
    defaultVariant,
  }: { readonly flagKey: string; readonly variants: readonly string[]; readonly defaultVariant: string | undefined }) {
    this.flagKey = flagKey;
    this.variants = variants;
    this.otherwise = defaultVariant ?? CALLER_DEFAULT;
  }

  /** What a variant's name serves: one that the flag does not have is an error, and so the caller's default. */
  served(name: string | null): string {
    if (name === null) return this.otherwise;
    return this.variants.includes(name) ? name : CALLER_DEFAULT;
  }
}

/** The two ways in which flagd runs an expression; see the dialect `flagd` of evaluation. */
export type Mode = 'compiled' | 'interpreted';

/** A leaf of the dialect `flagd` over a whole expression. */
export function expressionLeaf(
  ask: 'jsonLogic' | 'jsonLogicYields' | 'jsonLogicFails',
  {
    expression,
    mode,
    values,
  }: { readonly expression: JsonValue; readonly mode: Mode; readonly values: readonly JsonValue[] },
): DialectLeaf {
  return {
    dialect: 'flagd',
    attribute: firstPath(expression) ?? 'targetingKey',
    operator: mode === 'compiled' ? ask : `${ask}Interpreted`,
    values: [expression, ...values],
  };
}

/** The first attribute that an expression reads, for people who ask what it is about. */
function firstPath(expression: JsonValue): string | undefined {
  if (typeof expression !== 'object' || expression === null) return undefined;
  for (const [operator, operand] of Object.entries(expression)) {
    const path = operator === 'var' && !Array.isArray(expression) ? pathOf(operand) : undefined;
    const found = path ?? firstPath(operand);
    if (found !== undefined) return found;
  }
  return undefined;
}

function pathOf(operand: JsonValue): string | undefined {
  const [path] = Array.isArray(operand) ? operand : [operand];
  return typeof path === 'string' && path !== '' && !path.startsWith('$flagd') ? path : undefined;
}
