import { type ReactNode, useId } from 'react';
import type { PlanDraft } from './plan-draft.ts';
import { type PlanNote, pointerTo } from './plan-notes.ts';
import { type PlanPath, textAt, valueAt } from './plan-text.ts';
import { duration, type PlanWord, wordAt, wordEdits } from './plan-words.ts';

interface FieldProps {
  readonly draft: PlanDraft;
  /** Where the member stands. */
  readonly path: PlanPath;
  readonly label: string;
  /** What holds when nothing is said. */
  readonly placeholder?: string;
  /** What it means, for whoever points at it. */
  readonly hint?: string;
}

/** Text that a plan has at a path; nothing of it stays when it is empty. */
export function TextField({ draft, path, label, placeholder, hint }: FieldProps): ReactNode {
  return (
    <Labelled label={label} hint={hint}>
      <input
        value={textAt(draft.plan, path)}
        placeholder={placeholder}
        spellCheck={false}
        aria-invalid={isRefused(draft, path)}
        onChange={(event) => draft.edit({ path, value: event.target.value === '' ? undefined : event.target.value })}
      />
    </Labelled>
  );
}

/** A number; what is none yet is written as it was typed, and refused where it stands. */
export function NumberField({ draft, path, label, placeholder, hint }: FieldProps): ReactNode {
  const value = textAt(draft.plan, path);
  return (
    <Labelled label={label} hint={hint}>
      <input
        inputMode="decimal"
        value={value}
        placeholder={placeholder}
        aria-invalid={isRefused(draft, path)}
        onChange={(event) => draft.edit({ path, value: numberIn(event.target.value) })}
      />
    </Labelled>
  );
}

/** `1.` is on its way to a number, and stays as it is typed. */
function numberIn(text: string): string | number | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  return String(Number(trimmed)) === trimmed ? Number(trimmed) : trimmed;
}

interface WordFieldProps extends Omit<FieldProps, 'path'> {
  /** Where the parent of the word stands. */
  readonly under: PlanPath;
  readonly word: PlanWord;
}

/** A duration or a share. */
export function WordField({ draft, under, word, label, placeholder, hint }: WordFieldProps): ReactNode {
  const isWrong = isRefused(draft, [...under, word.name]) || isRefused(draft, [...under, word.numberName]);
  return (
    <Labelled label={label} hint={hint}>
      <input
        value={wordAt(draft.plan, under, word)}
        placeholder={placeholder}
        spellCheck={false}
        aria-invalid={isWrong}
        onChange={(event) => draft.edit(...wordEdits(under, word, event.target.value))}
      />
    </Labelled>
  );
}

interface PickFieldProps extends FieldProps {
  /** Values with what they are called; the first is what holds when nothing is said, and writes nothing. */
  readonly options: readonly (readonly [string, string])[];
  /** The member has to be there: the first writes itself too. */
  readonly isNeeded?: boolean;
}

export function PickField({ draft, path, label, hint, options, isNeeded = false }: PickFieldProps): ReactNode {
  const value = textAt(draft.plan, path) || (options[0]?.[0] ?? '');
  const isKnown = options.some(([option]) => option === value);
  return (
    <Labelled label={label} hint={hint}>
      <select
        value={value}
        aria-invalid={isRefused(draft, path)}
        onChange={(event) => {
          const isDefault = !isNeeded && event.target.value === options[0]?.[0];
          draft.edit({ path, value: isDefault ? undefined : event.target.value });
        }}
      >
        {!isKnown && <option>{value}</option>}
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

interface TickFieldProps extends FieldProps {
  /** What ticking writes; `true` when absent. */
  readonly on?: unknown;
  /** What not ticking writes; nothing when absent. */
  readonly off?: unknown;
  /** When nothing is written. */
  readonly isOnByDefault?: boolean;
}

export function TickField(props: TickFieldProps): ReactNode {
  const { draft, path, label, hint, on = true, off, isOnByDefault = false } = props;
  const value = valueAt(draft.plan, path);
  const isSaid = typeof on === 'string' ? value === on : value !== false;
  const isOn = value === undefined ? isOnByDefault : isSaid;
  return (
    <label className="check" title={hint}>
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => draft.edit({ path, value: event.target.checked ? on : off })}
      />
      {label}
    </label>
  );
}

interface DeadlineFieldsProps {
  readonly draft: PlanDraft;
  readonly path: PlanPath;
  readonly label: string;
  readonly after: string;
  readonly then: 'abort' | 'hold' | 'continue';
}

const THEN_WORDS = { abort: 'roll back', hold: 'a person decides', continue: 'go on' } as const;

/** How long to wait, and what then. Saying one of them says both: a deadline is whole or not there. */
export function DeadlineFields({ draft, path, label, after, then }: DeadlineFieldsProps): ReactNode {
  const isSaid = valueAt(draft.plan, path) !== undefined;
  const outcome = textAt(draft.plan, [...path, 'then']);
  const word = duration('after');
  const said = wordAt(draft.plan, path, word);
  return (
    <fieldset className="pair">
      <legend>{label}</legend>
      <input
        aria-label={`${label}: after`}
        placeholder={after}
        spellCheck={false}
        value={said}
        onChange={({ target: { value } }) => {
          if (value === '') draft.edit({ path });
          else draft.edit(...wordEdits(path, word, value), { path: [...path, 'then'], value: outcome || then });
        }}
      />
      <select
        aria-label={`${label}: then`}
        value={outcome || then}
        onChange={({ target: { value } }) =>
          draft.edit(...(isSaid ? [] : wordEdits(path, word, after)), { path: [...path, 'then'], value })
        }
      >
        {Object.entries(THEN_WORDS).map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </fieldset>
  );
}

interface LabelledProps {
  readonly label: string;
  readonly hint: string | undefined;
  readonly children: ReactNode;
}

function Labelled({ label, hint, children }: LabelledProps): ReactNode {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: its one child is the control
    <label className="field" title={hint}>
      {label}
      {children}
    </label>
  );
}

/** What the server says of a place, at the place. */
export function Notes({ notes }: { readonly notes: readonly PlanNote[] }): ReactNode {
  return notes.map(({ tone, pointer, code, place, sentence, detail }) =>
    detail === '' ? (
      <p key={`${code} ${pointer} ${sentence}`} className={`note ${tone}`}>
        {place !== '' && <strong>{place}: </strong>}
        {sentence}
      </p>
    ) : (
      <details key={`${code} ${pointer} ${sentence}`} className={`note ${tone}`}>
        <summary>
          {place !== '' && <strong>{place}: </strong>}
          {sentence}
        </summary>
        <p>{detail}</p>
      </details>
    ),
  );
}

function isRefused({ notes }: PlanDraft, path: PlanPath): boolean {
  const pointer = pointerTo(path);
  return notes.some((note) => note.tone === 'bad' && note.pointer === pointer);
}

interface ListFieldsProps {
  readonly draft: PlanDraft;
  readonly path: PlanPath;
  /** What one is called, for the buttons: `window`. */
  readonly what: string;
  /** What a new one begins as. */
  readonly fresh: unknown;
  readonly children: (path: PlanPath, index: number) => ReactNode;
}

/** A list whose items have fields, with a button to add one and one to remove each. */
export function ListFields({ draft, path, what, fresh, children }: ListFieldsProps): ReactNode {
  const id = useId();
  const value = valueAt(draft.plan, path);
  const items = Array.isArray(value) ? value : [];
  return (
    <div className="stack">
      {items.map((_, index) => (
        <fieldset key={`${id} ${index}`} className="rule">
          <legend className="hidden">
            {what} {index + 1}
          </legend>
          {children([...path, index], index)}
          <div className="row">
            <button type="button" className="small quiet" onClick={() => draft.edit({ path: [...path, index] })}>
              Remove {what} {index + 1}
            </button>
          </div>
        </fieldset>
      ))}
      <div className="row">
        <button
          type="button"
          className="small"
          onClick={() =>
            draft.edit({
              path: items.length === 0 ? path : [...path, items.length],
              value: items.length === 0 ? [fresh] : fresh,
            })
          }
        >
          Add a {what}
        </button>
      </div>
    </div>
  );
}
