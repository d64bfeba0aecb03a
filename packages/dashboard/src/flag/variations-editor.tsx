import type { JsonValue } from '@tidegate/evaluation';
import type { FlagView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { JsonField, type JsonProblem } from '../parts/json-field.tsx';
import { LateDetails } from '../parts/late-details.tsx';
import { useReportUnfinished } from '../parts/unfinished.ts';
import { useTypedText } from '../parts/use-typed-text.ts';
import { type DraftEdit, type FlagDraft, renamed } from './flag-draft.ts';
import { problemsAt } from './problems-at.ts';

interface VariationsEditorProps {
  readonly kind: FlagView['kind'];
  readonly draft: FlagDraft;
  /** What the server would refuse, by pointers into the draft. */
  readonly problems: readonly JsonProblem[];
  readonly onEdit: (part: DraftEdit) => void;
}

type Variation = FlagView['variations'][number];

export function VariationsEditor({ kind, draft, problems, onEdit }: VariationsEditorProps): ReactNode {
  const { variations } = draft;
  const set = (next: readonly Variation[]) => onEdit({ variations: next });
  return (
    <section className="card stack" aria-labelledby="variations-title">
      <div className="row">
        <h2 id="variations-title">Variations</h2>
        <span className="bar-space" />
        {kind !== 'boolean' && (
          <button
            type="button"
            className="small"
            onClick={() => set([...variations, { key: `variation-${variations.length + 1}`, value: EMPTY[kind] }])}
          >
            Add a variation
          </button>
        )}
      </div>
      {variations.map((variation, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the key is what is edited here
        <div className={kind === 'json' ? 'variation json' : 'row variation'} key={index}>
          <span className="row">
            <span className={`dot part-${index % 6}`} aria-hidden="true" />
            <input
              className="variation-key"
              aria-label={`Key of variation ${index + 1}`}
              value={variation.key}
              spellCheck={false}
              onChange={(event) => onEdit(renamed(draft, index, event.target.value))}
            />
            {kind === 'json' && <RemoveVariation variation={variation} variations={variations} onEdit={set} />}
          </span>
          <ValueEditor
            label={`Value of ${variation.key}`}
            kind={kind}
            value={variation.value}
            problems={problemsAt(problems, `/variations/${index}/value`)}
            onEdit={(value) => set(variations.with(index, { ...variation, value }))}
          />
          {kind !== 'json' && kind !== 'boolean' && (
            <RemoveVariation variation={variation} variations={variations} onEdit={set} />
          )}
        </div>
      ))}
      {kind === 'json' && (
        <SchemaEditor draft={draft} problems={problemsAt(problems, '/valueSchema')} onEdit={onEdit} />
      )}
    </section>
  );
}

const EMPTY: Readonly<Record<Exclude<FlagView['kind'], 'boolean'>, JsonValue>> = { string: '', number: 0, json: {} };

interface RemoveVariationProps {
  readonly variation: Variation;
  readonly variations: readonly Variation[];
  readonly onEdit: (variations: readonly Variation[]) => void;
}

function RemoveVariation({ variation, variations, onEdit }: RemoveVariationProps): ReactNode {
  if (variations.length < 2) return null;
  return (
    <button
      type="button"
      className="small quiet"
      aria-label={`Remove variation ${variation.key}`}
      onClick={() => onEdit(variations.filter((each) => each !== variation))}
    >
      ×
    </button>
  );
}

/** A first schema: takes any object, and shows where to say more. */
const SCHEMA_FIRST = { type: 'object', properties: {}, required: [] };

interface SchemaEditorProps {
  readonly draft: FlagDraft;
  readonly problems: readonly JsonProblem[];
  readonly onEdit: (part: DraftEdit) => void;
}

function SchemaEditor({ draft, problems, onEdit }: SchemaEditorProps): ReactNode {
  const { valueSchema } = draft;
  if (valueSchema === undefined) {
    return (
      <div className="row">
        <button type="button" className="small" onClick={() => onEdit({ valueSchema: SCHEMA_FIRST })}>
          Hold every value to a JSON Schema
        </button>
      </div>
    );
  }
  return (
    <LateDetails
      summary="Every value is held to a JSON Schema, while it is typed and when it is saved"
      isOpen={problems.length > 0}
    >
      <JsonField
        label="JSON Schema of the values (2020-12)"
        isLabelShown
        value={valueSchema}
        problems={problems}
        // A schema that is no object is what the server says at its line.
        onEdit={(value) => onEdit({ valueSchema: value as NonNullable<FlagDraft['valueSchema']> })}
      />
      <button type="button" className="small" onClick={() => onEdit({ valueSchema: undefined })}>
        Take any JSON
      </button>
    </LateDetails>
  );
}

interface ValueEditorProps {
  readonly label: string;
  readonly kind: FlagView['kind'];
  readonly value: JsonValue;
  readonly problems: readonly JsonProblem[];
  readonly onEdit: (value: JsonValue) => void;
}

function ValueEditor({ label, kind, value, problems, onEdit }: ValueEditorProps): ReactNode {
  if (kind === 'boolean') return <code>{String(value)}</code>;
  if (kind === 'json') return <JsonField label={label} value={value} problems={problems} onEdit={onEdit} />;
  if (kind === 'number') return <NumberEditor label={label} value={Number(value)} onEdit={onEdit} />;
  return (
    <input
      className="values"
      aria-label={label}
      value={String(value)}
      onChange={(event) => onEdit(event.target.value)}
    />
  );
}

interface NumberEditorProps {
  readonly label: string;
  readonly value: number;
  readonly onEdit: (value: number) => void;
}

/** What is no number yet (`-`, `1e`) stays as it is typed, and changes nothing. */
function NumberEditor({ label, value, onEdit }: NumberEditorProps): ReactNode {
  const [text, type] = useTypedText(value, String);
  const isNumber = numberOf(text) !== undefined;
  useReportUnfinished(!isNumber);
  return (
    <input
      inputMode="decimal"
      aria-label={label}
      aria-invalid={!isNumber}
      value={text}
      onChange={(event) => {
        const typed = numberOf(event.target.value);
        type(event.target.value, typed ?? value);
        if (typed !== undefined) onEdit(typed);
      }}
    />
  );
}

function numberOf(text: string): number | undefined {
  const number = Number(text);
  return text.trim() === '' || !Number.isFinite(number) ? undefined : number;
}
