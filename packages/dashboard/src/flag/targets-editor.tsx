import type { Target } from '@tidegate/evaluation';
import { type ReactNode, useState } from 'react';
import { formatCount } from '../text/format.ts';
import { joinKeys, keysIn } from './unit-keys.ts';

interface TargetsEditorProps {
  readonly targets: readonly Target[];
  readonly variations: readonly string[];
  readonly onEdit: (targets: readonly Target[]) => void;
}

/** Chips on one row: a screen of them. The others are reached as text. */
const CHIPS_MAX = 40;

/** Units that get a variation by name: a row for each variation, a chip for each unit. */
export function TargetsEditor({ targets, variations, onEdit }: TargetsEditorProps): ReactNode {
  const free = variations.find(
    (key) => !targets.some(({ variation, unit }) => variation === key && unit === undefined),
  );
  return (
    <div className="stack">
      {targets.map((target, index) => (
        <TargetRow
          key={index}
          target={target}
          variations={variations}
          onEdit={(next) => onEdit(targets.with(index, next))}
          onRemove={() => onEdit(targets.toSpliced(index, 1))}
        />
      ))}
      <div className="row">
        <button
          type="button"
          className="small"
          onClick={() => onEdit([...targets, { variation: free ?? variations[0] ?? '', keys: [] }])}
        >
          + named units
        </button>
        {targets.length === 0 && <span className="faint">Nobody is named.</span>}
      </div>
    </div>
  );
}

interface TargetRowProps {
  readonly target: Target;
  readonly variations: readonly string[];
  readonly onEdit: (target: Target) => void;
  readonly onRemove: () => void;
}

function TargetRow({ target, variations, onEdit, onRemove }: TargetRowProps): ReactNode {
  const { variation, unit, keys } = target;
  const [isText, setText] = useState(false);
  const [added, setAdded] = useState('');
  const add = (text: string) => {
    onEdit({ ...target, keys: joinKeys(keys, keysIn(text)) });
    setAdded('');
  };
  const what = `for ${variation}`;
  return (
    <div className="target">
      <div className="row">
        <select
          aria-label="Variation for named units"
          value={variation}
          onChange={(event) => onEdit({ ...target, variation: event.target.value })}
        >
          {[...new Set([...variations, variation, '$default'])].map((key) => (
            <option key={key} value={key}>
              {key === '$default' ? "the caller's default" : key}
            </option>
          ))}
        </select>
        <span className="word">for</span>
        <input
          className="unit"
          aria-label={`Attribute with the unit ${what}`}
          value={unit ?? ''}
          placeholder="targetingKey"
          spellCheck={false}
          onChange={(event) => {
            const { unit: _, ...rest } = target;
            onEdit(event.target.value === '' ? rest : { ...rest, unit: event.target.value });
          }}
        />
        <span className="faint">{formatCount(keys.length)}</span>
        <span className="condition-buttons">
          <button type="button" className="small quiet" aria-pressed={isText} onClick={() => setText(!isText)}>
            As text
          </button>
          <button type="button" className="small quiet" aria-label={`Remove the units ${what}`} onClick={onRemove}>
            ×
          </button>
        </span>
      </div>
      {isText ? (
        <TextOfKeys
          label={`Units ${what}, one a line`}
          keys={keys}
          onEdit={(next) => onEdit({ ...target, keys: next })}
        />
      ) : (
        <div className="chips">
          {keys.slice(0, CHIPS_MAX).map((key) => (
            <span key={key} className="chip">
              {key}
              <button
                type="button"
                aria-label={`Remove ${key}`}
                onClick={() => onEdit({ ...target, keys: keys.filter((each) => each !== key) })}
              >
                ×
              </button>
            </span>
          ))}
          {keys.length > CHIPS_MAX && <span className="faint">and {formatCount(keys.length - CHIPS_MAX)} more</span>}
          <input
            aria-label={`Add units ${what}`}
            placeholder="Type or paste keys"
            value={added}
            spellCheck={false}
            onChange={(event) =>
              /[\n,]/.test(event.target.value) ? add(event.target.value) : setAdded(event.target.value)
            }
            onPaste={(event) => {
              const pasted = event.clipboardData.getData('text');
              if (!/[\n,;\t]/.test(pasted)) return;
              event.preventDefault();
              add(`${added}${pasted}`);
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') {
                event.preventDefault();
                add(added);
              }
              if (event.key === 'Backspace' && added === '') onEdit({ ...target, keys: keys.slice(0, -1) });
            }}
            onBlur={() => added !== '' && add(added)}
          />
        </div>
      )}
    </div>
  );
}

interface TextOfKeysProps {
  readonly label: string;
  readonly keys: readonly string[];
  readonly onEdit: (keys: readonly string[]) => void;
}

function TextOfKeys({ label, keys, onEdit }: TextOfKeysProps): ReactNode {
  const [text, setText] = useState(() => keys.join('\n'));
  return (
    <textarea
      aria-label={label}
      rows={8}
      spellCheck={false}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        onEdit(
          joinKeys(
            [],
            event.target.value
              .split('\n')
              .map((line) => line.trim())
              .filter(Boolean),
          ),
        );
      }}
    />
  );
}
