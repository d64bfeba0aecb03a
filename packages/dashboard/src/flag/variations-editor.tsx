import type { JsonValue } from '@tidegate/evaluation';
import type { FlagView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { JsonField } from '../parts/json-field.tsx';
import type { FlagDraft } from './flag-draft.ts';

interface VariationsEditorProps {
  readonly kind: FlagView['kind'];
  readonly draft: FlagDraft;
  readonly onEdit: (part: Partial<FlagDraft>) => void;
}

type Variation = FlagView['variations'][number];

export function VariationsEditor({ kind, draft, onEdit }: VariationsEditorProps): ReactNode {
  const { variations } = draft;
  const set = (next: readonly Variation[]) => onEdit({ variations: next });
  const edit = (index: number, part: Partial<Variation>) =>
    set(variations.map((variation, at) => (at === index ? { ...variation, ...part } : variation)));
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
        <div className="row variation" key={index}>
          <span className={`dot part-${index % 6}`} aria-hidden="true" />
          <input
            className="variation-key"
            aria-label={`Key of variation ${index + 1}`}
            value={variation.key}
            spellCheck={false}
            onChange={(event) => edit(index, { key: event.target.value })}
          />
          <ValueEditor
            label={`Value of ${variation.key}`}
            kind={kind}
            value={variation.value}
            onEdit={(value) => edit(index, { value })}
          />
          {kind !== 'boolean' && variations.length > 1 && (
            <button
              type="button"
              className="small quiet"
              aria-label={`Remove variation ${variation.key}`}
              onClick={() => set(variations.toSpliced(index, 1))}
            >
              ×
            </button>
          )}
        </div>
      ))}
      {draft.valueSchema !== undefined && (
        <details>
          <summary>Every value is held to a JSON Schema</summary>
          <JsonField
            label="JSON Schema of the values"
            value={draft.valueSchema}
            onEdit={(value) => onEdit({ valueSchema: value as NonNullable<FlagDraft['valueSchema']> })}
          />
        </details>
      )}
    </section>
  );
}

const EMPTY: Readonly<Record<Exclude<FlagView['kind'], 'boolean'>, JsonValue>> = { string: '', number: 0, json: {} };

interface ValueEditorProps {
  readonly label: string;
  readonly kind: FlagView['kind'];
  readonly value: JsonValue;
  readonly onEdit: (value: JsonValue) => void;
}

function ValueEditor({ label, kind, value, onEdit }: ValueEditorProps): ReactNode {
  if (kind === 'boolean') return <code>{String(value)}</code>;
  if (kind === 'json') return <JsonField label={label} value={value} onEdit={onEdit} />;
  if (kind === 'number') {
    return (
      <input
        type="number"
        step="any"
        aria-label={label}
        value={Number(value)}
        onChange={(event) => onEdit(event.target.valueAsNumber || 0)}
      />
    );
  }
  return (
    <input
      className="values"
      aria-label={label}
      value={String(value)}
      onChange={(event) => onEdit(event.target.value)}
    />
  );
}
