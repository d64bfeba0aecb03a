import type { JsonValue } from '@tidegate/evaluation';
import { type ReactNode, useId, useState } from 'react';

interface JsonFieldProps {
  readonly label: string;
  readonly isLabelShown?: boolean;
  readonly value: unknown;
  readonly rows?: number;
  readonly onEdit: (value: JsonValue) => void;
}

/** JSON as text. What is not JSON yet is said below and changes nothing. */
export function JsonField({ label, isLabelShown = false, value, rows, onEdit }: JsonFieldProps): ReactNode {
  const id = useId();
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const [flaw, setFlaw] = useState<string>();
  return (
    <span className="json-field">
      <label htmlFor={id} className={isLabelShown ? '' : 'hidden'}>
        {label}
      </label>
      <textarea
        id={id}
        spellCheck={false}
        rows={rows ?? Math.min(16, text.split('\n').length)}
        value={text}
        aria-invalid={flaw !== undefined}
        aria-describedby={`${id}-flaw`}
        onChange={(event) => {
          setText(event.target.value);
          try {
            onEdit(JSON.parse(event.target.value));
            setFlaw(undefined);
          } catch (error) {
            setFlaw(error instanceof Error ? error.message : String(error));
          }
        }}
      />
      <span id={`${id}-flaw`} className="flaw" role="status">
        {flaw !== undefined && `Not JSON yet: ${flaw}`}
      </span>
    </span>
  );
}
