/** A condition that was read and whose types were checked. */
export type ConditionTree =
  | { readonly kind: 'literal'; readonly value: number | string | boolean | null }
  /** The answer, or inside `all`, `any` and `none` one of its values. */
  | { readonly kind: 'result' }
  | { readonly kind: 'element' }
  | { readonly kind: 'index'; readonly of: ConditionTree; readonly index: ConditionTree }
  | { readonly kind: 'field'; readonly of: ConditionTree; readonly name: string }
  | { readonly kind: 'not'; readonly of: ConditionTree }
  | { readonly kind: 'negative'; readonly of: ConditionTree }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: ConditionTree;
      readonly right: ConditionTree;
    }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly ConditionTree[] }
  | {
      readonly kind: 'over';
      readonly name: 'all' | 'any' | 'none';
      readonly list: ConditionTree;
      readonly test: ConditionTree;
    };

export type BinaryOperator = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';

/** `value` is JSON that shows its kind only when it is there. */
export type ConditionType = 'number' | 'boolean' | 'text' | 'list' | 'value';

export type FunctionName = keyof typeof FUNCTIONS;

/** What each function takes and gives. `isNaN` and `isInf` are false of every answer that gets this far. */
export const FUNCTIONS = {
  abs: { takes: ['number'], gives: 'number' },
  asFloat: { takes: ['value'], gives: 'number' },
  asInt: { takes: ['value'], gives: 'number' },
  default: { takes: ['value', 'value'], gives: 'value' },
  isInf: { takes: ['value'], gives: 'boolean' },
  isNaN: { takes: ['value'], gives: 'boolean' },
  isNil: { takes: ['value'], gives: 'boolean' },
  len: { takes: ['value'], gives: 'number' },
  max: { takes: ['list'], gives: 'number' },
  min: { takes: ['list'], gives: 'number' },
} as const satisfies Record<string, { takes: readonly ConditionType[]; gives: ConditionType }>;
