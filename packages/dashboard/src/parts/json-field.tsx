import type { JsonValue } from '@tidegate/evaluation';
import { type ReactNode, useId, useRef } from 'react';
import { readJson } from '../json/read-json.ts';
import { useReportUnfinished } from './unfinished.ts';
import { useTypedText } from './use-typed-text.ts';

/** What is wrong with the value, and where: a JSON Pointer from its root. */
export interface JsonProblem {
  readonly pointer: string;
  readonly detail: string;
}

interface JsonFieldProps {
  readonly label: string;
  readonly isLabelShown?: boolean;
  readonly value: unknown;
  readonly rows?: number;
  readonly problems?: readonly JsonProblem[];
  /** What keeps a value from being taken over. */
  readonly check?: (value: JsonValue) => JsonProblem | undefined;
  readonly onEdit: (value: JsonValue) => void;
}

const ROWS_MAX = 20;
const NO_PROBLEMS: readonly JsonProblem[] = [];

/**
 * JSON as text with the numbers of its lines. What is not JSON yet is told at its line and changes nothing; what is wrong
 * with the value is told at its line too.
 */
export function JsonField(props: JsonFieldProps): ReactNode {
  const { label, isLabelShown = false, value, rows, problems = NO_PROBLEMS, check, onEdit } = props;
  const id = useId();
  const gutter = useRef<HTMLPreElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, type] = useTypedText<unknown>(value, textOf);
  const read = readJson(text);
  const refused = read.kind === 'value' ? check?.(read.value) : undefined;
  useReportUnfinished(read.kind === 'flaw' || refused !== undefined);
  const flaws =
    read.kind === 'flaw'
      ? [{ line: read.line, detail: `Not JSON yet: ${read.detail}` }]
      : [...(refused === undefined ? problems : [refused])].map(({ pointer, detail }) => ({
          line: read.lineOf(pointer),
          detail,
        }));
  const flawedLines = new Set(flaws.map(({ line }) => line));
  const lines = text.split('\n');
  return (
    <span className="json-field">
      <label htmlFor={id} className={isLabelShown ? '' : 'hidden'}>
        {label}
      </label>
      <span className="json-area">
        <pre className="json-lines" ref={gutter} aria-hidden="true">
          {lines.map((_, index) => (
            // A line is its number.
            <span key={`${index + 1}`} className={flawedLines.has(index + 1) ? 'flawed' : ''}>
              {`${index + 1}\n`}
            </span>
          ))}
        </pre>
        <textarea
          id={id}
          ref={area}
          spellCheck={false}
          wrap="off"
          rows={rows ?? Math.min(ROWS_MAX, lines.length)}
          value={text}
          aria-invalid={flaws.length > 0}
          aria-describedby={`${id}-flaw`}
          onScroll={(event) => gutter.current?.scrollTo(0, event.currentTarget.scrollTop)}
          onChange={(event) => {
            const typed = readJson(event.target.value);
            const isTaken = typed.kind === 'value' && check?.(typed.value) === undefined;
            type(event.target.value, isTaken ? typed.value : value);
            if (isTaken) onEdit(typed.value);
          }}
        />
        {read.kind === 'value' && text !== textOf(read.value) && (
          <button
            type="button"
            className="small format"
            aria-label={`Format: ${label}`}
            onClick={() => {
              type(textOf(read.value), value);
              area.current?.focus();
            }}
          >
            Format
          </button>
        )}
      </span>
      <span id={`${id}-flaw`} className="flaw" role="status">
        {flaws.map(({ line, detail }) => (
          <span key={`${line} ${detail}`}>
            Line {line}: {detail}
          </span>
        ))}
      </span>
    </span>
  );
}

function textOf(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
