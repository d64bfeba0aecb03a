import { type ReactNode, useId, useState } from 'react';

interface NamePickerProps {
  readonly label: string;
  /** What is chosen; empty for nothing yet. */
  readonly value: string;
  readonly names: readonly string[];
  readonly placeholder?: string;
  readonly autoFocus?: boolean;
  readonly onPick: (name: string) => void;
}

/** Offered at once: the browser makes an element of each. Typing narrows them. */
const OFFERED_MAX = 50;

/** One of many names, found by typing a part of it. What is no such name is said, and changes nothing. */
export function NamePicker({
  label,
  value,
  names,
  placeholder,
  autoFocus = false,
  onPick,
}: NamePickerProps): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState<string>();
  const wanted = (typed ?? '').trim().toLowerCase();
  const offered = names.filter((name) => name.toLowerCase().includes(wanted)).slice(0, OFFERED_MAX);
  const isUnknown = typed !== undefined && typed.trim() !== '' && offered.length === 0;
  return (
    <span className="name-picker">
      <input
        aria-label={label}
        list={`${id}-names`}
        value={typed ?? value}
        placeholder={placeholder}
        // biome-ignore lint/a11y/noAutofocus: only where it was just asked for
        autoFocus={autoFocus}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={isUnknown}
        onChange={(event) => {
          const text = event.target.value.trim();
          if (!names.includes(text)) return setTyped(event.target.value);
          setTyped(undefined);
          onPick(text);
        }}
        onKeyDown={(event) => {
          const [only] = offered;
          if (event.key !== 'Enter' || typed === undefined || only === undefined || offered.length > 1) return;
          event.preventDefault();
          setTyped(undefined);
          onPick(only);
        }}
        onBlur={() => setTyped(undefined)}
      />
      <datalist id={`${id}-names`}>
        {offered.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {isUnknown && (
        <span className="flaw" role="status">
          Nothing is called so.
        </span>
      )}
    </span>
  );
}
