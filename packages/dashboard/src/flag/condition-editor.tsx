import type { Condition, Leaf, Operator } from '@tidegate/evaluation';
import type { SegmentView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useList } from '../api/use-read.ts';
import { JsonField, type JsonProblem } from '../parts/json-field.tsx';
import { NamePicker } from '../parts/name-picker.tsx';
import { useTypedText } from '../parts/use-typed-text.ts';
import { formatValues, parseValues } from './condition-values.ts';
import { findConditionProblem } from './find-shape-problem.ts';
import { OPERATOR_WORDS } from './operator-words.ts';
import { FlagPicker, PrerequisiteRow } from './prerequisites-editor.tsx';

interface ConditionEditorProps {
  readonly condition: Condition;
  /** What the server would refuse of it, by pointers that begin at it. */
  readonly problems?: readonly JsonProblem[];
  /** Segments ask no flag. */
  readonly isOfSegment?: boolean;
  readonly onEdit: (condition: Condition) => void;
  readonly onRemove?: (() => void) | undefined;
}

const EXAMPLE: Leaf = { attribute: 'country', operator: 'in', values: ['de'] };

/** A tree of all, any and not over comparisons, segments and flags; what else there can be is edited as JSON, and says so. */
export function ConditionEditor(props: ConditionEditorProps): ReactNode {
  const { condition, problems, isOfSegment = false, onEdit, onRemove } = props;
  const buttons = <ConditionButtons condition={condition} onEdit={onEdit} onRemove={onRemove} />;
  if ('all' in condition || 'any' in condition) {
    return <GroupEditor condition={condition} isOfSegment={isOfSegment} onEdit={onEdit} buttons={buttons} />;
  }
  if ('not' in condition) {
    return (
      <div className="condition-group">
        <div className="row">
          <span className="word">not</span>
          {buttons}
        </div>
        <ConditionEditor condition={condition.not} isOfSegment={isOfSegment} onEdit={(not) => onEdit({ not })} />
      </div>
    );
  }
  if ('segment' in condition) return <SegmentEditor segment={condition.segment} onEdit={onEdit} buttons={buttons} />;
  if ('flag' in condition) {
    if (condition.flag === '') {
      return (
        <div className="row leaf">
          <FlagPicker taken={[]} onPick={(flag, variations) => onEdit({ flag, variations })} />
          {buttons}
        </div>
      );
    }
    return (
      <div className="row leaf">
        <PrerequisiteRow prerequisite={condition} onEdit={onEdit} />
        {buttons}
      </div>
    );
  }
  if ('attribute' in condition && condition.dialect === undefined) {
    return <LeafEditor leaf={condition} onEdit={onEdit} buttons={buttons} />;
  }
  return (
    <div className="row">
      <span className="faint">
        {'dialect' in condition
          ? `It compares as ${condition.dialect} does, as it was imported`
          : 'This form has no fields for it'}
        : it is edited as JSON.
      </span>
      {buttons}
      <JsonField
        label="Condition as JSON"
        value={condition}
        {...(problems && { problems })}
        check={findConditionProblem}
        // The check proves it.
        onEdit={(value) => onEdit(value as unknown as Condition)}
      />
    </div>
  );
}

/** To turn a condition around, and to take it away; the first one of a rule stays. */
function ConditionButtons({ condition, onEdit, onRemove }: ConditionEditorProps): ReactNode {
  const isNot = 'not' in condition;
  return (
    <span className="condition-buttons">
      <button
        type="button"
        className="small quiet"
        aria-pressed={isNot}
        aria-label="Not this condition"
        onClick={() => onEdit(isNot ? condition.not : { not: condition })}
      >
        not
      </button>
      {onRemove !== undefined && (
        <button type="button" className="small quiet" aria-label="Remove this condition" onClick={onRemove}>
          ×
        </button>
      )}
    </span>
  );
}

interface GroupProps {
  readonly condition: Extract<Condition, { all: unknown } | { any: unknown }>;
  readonly isOfSegment: boolean;
  readonly buttons: ReactNode;
  readonly onEdit: (condition: Condition) => void;
}

function GroupEditor({ condition, isOfSegment, onEdit, buttons }: GroupProps): ReactNode {
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
        {buttons}
      </div>
      {children.map((child, index) => (
        <ConditionEditor
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no names of their own
          key={index}
          condition={child}
          isOfSegment={isOfSegment}
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
        {!isOfSegment && (
          <button type="button" className="small" onClick={() => set([...children, { flag: '', variations: [] }])}>
            + flag
          </button>
        )}
        <button type="button" className="small" onClick={() => set([...children, { any: [EXAMPLE] }])}>
          + group
        </button>
      </div>
    </div>
  );
}

interface LeafProps {
  readonly leaf: Leaf;
  readonly buttons: ReactNode;
  readonly onEdit: (condition: Condition) => void;
}

function LeafEditor({ leaf, onEdit, buttons }: LeafProps): ReactNode {
  const [text, type] = useTypedText(leaf.values, formatValues);
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
            const values = parseValues(event.target.value);
            type(event.target.value, values);
            onEdit({ ...leaf, values });
          }}
        />
      )}
      {buttons}
    </div>
  );
}

interface SegmentProps {
  readonly segment: string;
  readonly buttons: ReactNode;
  readonly onEdit: (condition: Condition) => void;
}

function SegmentEditor({ segment, onEdit, buttons }: SegmentProps): ReactNode {
  const segments = useList<SegmentView>('/segments');
  const keys = segments.data?.map(({ key }) => key) ?? [];
  return (
    <div className="row leaf">
      <span className="word">in segment</span>
      <NamePicker
        label="Segment"
        value={segment}
        names={keys}
        placeholder={segments.isPending ? 'Loading …' : 'Search a segment'}
        onPick={(key) => onEdit({ segment: key })}
      />
      {segments.data !== undefined && segment !== '' && !keys.includes(segment) && (
        <span className="flaw">There is no such segment.</span>
      )}
      {buttons}
    </div>
  );
}
