import type { ReactNode } from 'react';

interface MomentFieldProps {
  readonly label: string;
  /** As the field has it: local time; empty for none. */
  readonly value: string;
  readonly isRequired?: boolean;
  readonly onEdit: (value: string) => void;
}

/** An instant in the reader's own time zone, which the label says. */
export function MomentField({ label, value, isRequired = false, onEdit }: MomentFieldProps): ReactNode {
  return (
    <label className="field">
      {label} ({Intl.DateTimeFormat().resolvedOptions().timeZone})
      <input
        type="datetime-local"
        step={1}
        value={value}
        required={isRequired}
        onChange={(event) => onEdit(event.target.value)}
      />
    </label>
  );
}

/** The instant that the field means. */
export function atMsOf(value: string): number {
  return new Date(value).getTime();
}

/** What the field shows for an instant. */
export function momentOf(atMs: number): string {
  const local = new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
