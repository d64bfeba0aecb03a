import {
  type Context,
  compile,
  type ErrorCode,
  type Evaluation,
  evaluate,
  type JsonValue,
  kindOf,
  type Rules,
  type RulesDocuments,
} from '@tidegate/evaluation';
import { UnreadableFile } from '@tidegate/importers';
import { PositionFinder } from './position-finder.ts';

/** One question of a batch. */
export interface Case {
  readonly flag: string;
  /** What the caller's code would do with the value. */
  readonly type: CaseType;
  readonly default: JsonValue;
  /** In the form that the batch is written in. */
  readonly context: unknown;
}

export type CaseType = 'boolean' | 'string' | 'number' | 'object';

/** Answers cases as lines of JSON. Evaluations are shared, and so are the texts made of them. */
export class CaseEvaluator {
  readonly #rules: Rules;
  readonly #contextOf: (context: unknown) => Context;
  readonly #positions: PositionFinder;
  readonly #texts = new WeakMap<Evaluation, AnswerText>();

  constructor(documents: RulesDocuments, options: CaseOptions) {
    this.#rules = compile(documents, options);
    this.#contextOf = options.contextOf;
    this.#positions = new PositionFinder(documents.flags);
  }

  answer({ flag, type, default: defaultValue, context: written }: Case): string {
    const context = this.#readContext(written);
    // What is no context to a vendor has the caller's default there, whatever the flag.
    if (context instanceof UnreadableFile) return failed(defaultValue, 'INVALID_CONTEXT', context.message);
    const evaluation = evaluate(this.#rules, flag, context);
    const text = this.#textOf(evaluation);
    const position = evaluation.reason === 'SPLIT' ? this.#positions.find(flag, evaluation, context) : undefined;
    const end = `${text.reason},"position":${position ?? null}}`;
    if (text.type === undefined) return `{"value":${JSON.stringify(defaultValue)},"variation":null,${end}`;
    if (text.type === type) return `${text.served}${end}`;
    return failed(defaultValue, 'TYPE_MISMATCH', `the flag's value is of type ${text.type}`);
  }

  #readContext(written: unknown): Context | UnreadableFile {
    try {
      return this.#contextOf(written);
    } catch (error) {
      if (error instanceof UnreadableFile) return error;
      throw error;
    }
  }

  #textOf(evaluation: Evaluation): AnswerText {
    const known = this.#texts.get(evaluation);
    if (known !== undefined) return known;
    const { value, variation, reason, errorCode, ruleId } = evaluation;
    const text = {
      type: value === undefined ? undefined : typeOf(value),
      served: `{"value":${JSON.stringify(value)},"variation":${JSON.stringify(variation)},`,
      reason: `"reason":"${reason}","errorCode":${quoted(errorCode)},"ruleId":${quoted(ruleId)}`,
    };
    this.#texts.set(evaluation, text);
    return text;
  }
}

export interface CaseOptions {
  /** A context as the batch has it, as Tidegate has it. */
  readonly contextOf: (context: unknown) => Context;
  /** The instant that the rules take for now. */
  readonly nowMs: () => number;
}

/** The line for a line that is no case. */
export function refuseCase(message: string): string {
  const answer = { value: null, variation: null, reason: 'ERROR', errorCode: 'PARSE_ERROR' };
  return JSON.stringify({ ...answer, ruleId: null, position: null, errorMessage: message });
}

interface AnswerText {
  /** Undefined where the caller's default is served. */
  readonly type: CaseType | undefined;
  readonly served: string;
  readonly reason: string;
}

function failed(defaultValue: JsonValue, errorCode: ErrorCode, errorMessage: string): string {
  return (
    `{"value":${JSON.stringify(defaultValue)},"variation":null,"reason":"ERROR","errorCode":"${errorCode}",` +
    `"ruleId":null,"position":null,"errorMessage":${JSON.stringify(errorMessage)}}`
  );
}

function typeOf(value: JsonValue): CaseType {
  const kind = kindOf(value);
  return kind === 'json' || kind === undefined ? 'object' : kind;
}

function quoted(text: string | undefined): string {
  return text === undefined ? 'null' : JSON.stringify(text);
}
