import type { Condition, Leaf, Operator } from '@tidegate/evaluation';
import type { SegmentView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useList } from '../api/use-read.ts';
import { JsonField } from '../parts/json-field.tsx';
import { formatValues, parseValues } from './condition-values.ts';
import { OPERATOR_WORDS } from './operator-words.ts';

interface ConditionEditorProps {
  readonly condition: Condition;
  readonly onEdit: (condition: Condition) => void;
  readonly onRemove?: () => void;
}

const EXAMPLE: Leaf = { attribute: 'country', operator: 'in', values: ['de'] };

/** A tree of all, any and not over comparisons and segments; what else there can be is edited as JSON. */
export function ConditionEditor({ condition, onEdit, onRemove }: ConditionEditorProps): ReactNode {
  if ('all' in condition || 'any' in condition) {
    return <GroupEditor condition={condition} onEdit={onEdit} {...(onRemove && { onRemove })} />;
  }
  if ('not' in condition) {
    return (
      <div className="condition-group">
        <div className="row">
          <span className="word">not</span>
          <RemoveButton onRemove={onRemove} />
        </div>
        <ConditionEditor condition={condition.not} onEdit={(not) => onEdit({ not })} />
      </div>
    );
  }
  if ('segment' in condition) {
    return <SegmentEditor segment={condition.segment} onEdit={onEdit} {...(onRemove && { onRemove })} />;
  }
  if ('attribute' in condition && condition.dialect === undefined) {
    return <LeafEditor leaf={condition} onEdit={onEdit} {...(onRemove && { onRemove })} />;
  }
  return (
    <div className="row">
      <JsonField
        label="Condition as JSON"
        value={condition}
        onEdit={(value) => onEdit(value as unknown as Condition)}
      />
      <RemoveButton onRemove={onRemove} />
    </div>
  );
}

interface GroupProps extends ConditionEditorProps {
  readonly condition: Extract<Condition, { all: unknown } | { any: unknown }>;
}

function GroupEditor({ condition, onEdit, onRemove }: GroupProps): ReactNode {
  const isAll = 'all' in condition;
  const children = isAll ? condition.all : condition.any;
  const set = (next: readonly Condition[], all = isAll) => onEdit(all ? { all: next } : { any: next });
  return (
    <div className="condition-group">
      <div className="row">
        <select
          aria-label="All or any of these"
          value={isAll ? 'all' : 'any'}
          onChange={(event) => set(children, event.target.value === 'all')}
        >
          <option value="all">all of</option>
          <option value="any">any of</option>
        </select>
        {children.length === 0 && <span className="faint">{isAll ? 'nothing: everybody' : 'nothing: nobody'}</span>}
        <RemoveButton onRemove={onRemove} />
      </div>
      {children.map((child, index) => (
        <ConditionEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no names of their own
          key={index}
          condition={child}
          onEdit={(next) => set(children.with(index, next))}
          onRemove={() => set(children.toSpliced(index, 1))}
        />
      ))}
      <div className="row">
        <button type="button" className="small" onClick={() => set([...children, EXAMPLE])}>
          + condition
        </button>
        <button type="button" className="small" onClick={() => set([...children, { segment: '' }])}>
          + segment
        </button>
        <button type="button" className="small" onClick={() => set([...children, { any: [EXAMPLE] }])}>
          + group
        </button>
      </div>
    </div>
  );
}

interface LeafProps {
  readonly leaf: Leaf;
  readonly onEdit: (condition: Condition) => void;
  readonly onRemove?: () => void;
}

function LeafEditor({ leaf, onEdit, onRemove }: LeafProps): ReactNode {
  const [text, setText] = useState(formatValues(leaf.values));
  const takesNothing = leaf.operator === 'exists' || leaf.operator === 'notExists';
  return (
    <div className="row leaf">
      <input
        aria-label="Attribute"
        value={leaf.attribute}
        spellCheck={false}
        onChange={(event) => onEdit({ ...leaf, attribute: event.target.value })}
      />
      <select
        aria-label="Operator"
        value={leaf.operator}
        onChange={(event) => {
          // The options are the operators.
          const operator = event.target.value as Operator;
          const isBare = operator === 'exists' || operator === 'notExists';
          onEdit({ ...leaf, operator, values: isBare ? [] : leaf.values });
        }}
      >
        {Object.entries(OPERATOR_WORDS).map(([operator, words]) => (
          <option key={operator} value={operator}>
            {words}
          </option>
        ))}
      </select>
      {!takesNothing && (
        <input
          className="values"
          aria-label="Values, with commas between them"
          placeholder="de, fr"
          value={text}
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value);
            onEdit({ ...leaf, values: parseValues(event.target.value) });
          }}
        />
      )}
      <RemoveButton onRemove={onRemove} />
    </div>
  );
}

interface SegmentProps {
  readonly segment: string;
  readonly onEdit: (condition: Condition) => void;
  readonly onRemove?: () => void;
}

function SegmentEditor({ segment, onEdit, onRemove }: SegmentProps): ReactNode {
  const segments = useList<SegmentView>('/segments');
  const keys = segments.data?.map(({ key }) => key) ?? [];
  return (
    <div className="row leaf">
      <span className="word">in segment</span>
      <select aria-label="Segment" value={segment} onChange={(event) => onEdit({ segment: event.target.value })}>
        {!keys.includes(segment) && <option value={segment}>{segment === '' ? 'choose …' : segment}</option>}
        {keys.map((key) => (
          <option key={key}>{key}</option>
        ))}
      </select>
      <RemoveButton onRemove={onRemove} />
    </div>
  );
}

function RemoveButton({ onRemove }: { readonly onRemove: (() => void) | undefined }): ReactNode {
  if (onRemove === undefined) return null;
  return (
    <button type="button" className="small quiet" aria-label="Remove this condition" onClick={onRemove}>
      ×
    </button>
  );
}
