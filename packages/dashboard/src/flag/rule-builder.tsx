import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { ConditionEditor } from './condition-editor.tsx';
import { type FlagDraft, freshRuleId, moved } from './flag-draft.ts';
import { ServeEditor } from './serve-editor.tsx';

interface RuleBuilderProps {
  readonly flagKey: string;
  readonly draft: FlagDraft;
  readonly onEdit: (part: Partial<FlagDraft>) => void;
}

type Rule = FlagView['rules'][number];

/** The rules in the order in which they are asked: the first that matches decides. Buttons and dragging order them. */
export function RuleBuilder({ draft, onEdit }: RuleBuilderProps): ReactNode {
  const { rules, variations, fallthrough } = draft;
  const [dragged, setDragged] = useState<number>();
  const setRules = (next: readonly Rule[]) => onEdit({ rules: next });
  const edit = (index: number, part: Partial<Rule>) =>
    setRules(rules.map((rule, at) => (at === index ? { ...rule, ...part } : rule)));
  const first = variations.at(-1)?.key ?? '';
  return (
    <section className="card stack" aria-labelledby="rules-title">
      <div className="row">
        <h2 id="rules-title">Who gets what</h2>
        <span className="bar-space" />
        <button
          type="button"
          className="small"
          onClick={() =>
            setRules([
              ...rules,
              {
                id: freshRuleId(rules),
                condition: { all: [{ attribute: 'email', operator: 'endsWith', values: ['@example.com'] }] },
                serve: { kind: 'variation', variation: first },
              },
            ])
          }
        >
          Add a rule
        </button>
      </div>
      {draft.targets.length > 0 && (
        <p className="faint">
          Before any rule, {draft.targets.reduce((sum, { keys }) => sum + keys.length, 0)} units are named one by one.
        </p>
      )}
      <ol className="rules">
        {rules.map((rule, index) => (
          <li
            key={rule.id}
            className={dragged === index ? 'rule dragged' : 'rule'}
            onDragOver={(event) => event.preventDefault()}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== undefined) setRules(moved(rules, dragged, index));
              setDragged(undefined);
            }}
          >
            <div className="row rule-head">
              {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons beside it do the same by keyboard */}
              <span
                className="grip"
                draggable
                title="Drag to another place"
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = 'move';
                  event.dataTransfer.setData('text/plain', rule.id);
                  setDragged(index);
                }}
                onDragEnd={() => setDragged(undefined)}
              >
                ⠿
              </span>
              <strong>{index + 1}</strong>
              <code>{rule.id}</code>
              <span className="bar-space" />
              <button
                type="button"
                className="small"
                aria-label={`Move rule ${rule.id} up`}
                disabled={index === 0}
                onClick={() => setRules(moved(rules, index, index - 1))}
              >
                ↑
              </button>
              <button
                type="button"
                className="small"
                aria-label={`Move rule ${rule.id} down`}
                disabled={index === rules.length - 1}
                onClick={() => setRules(moved(rules, index, index + 1))}
              >
                ↓
              </button>
              <button
                type="button"
                className="small"
                aria-label={`Remove rule ${rule.id}`}
                onClick={() => setRules(rules.toSpliced(index, 1))}
              >
                Remove
              </button>
            </div>
            <div className="rule-body">
              <span className="word">If</span>
              <ConditionEditor condition={rule.condition} onEdit={(condition) => edit(index, { condition })} />
              <span className="word">then</span>
              <ServeEditor
                label={`what rule ${rule.id} serves`}
                serve={rule.serve}
                variations={variations}
                onEdit={(serve) => edit(index, { serve })}
              />
            </div>
          </li>
        ))}
        <li className="rule">
          <div className="rule-body">
            <span className="word">{rules.length === 0 ? 'Everyone' : 'Everyone else'}</span>
            <ServeEditor
              label="what everyone else gets"
              serve={fallthrough}
              variations={variations}
              onEdit={(serve) => onEdit({ fallthrough: serve })}
            />
          </div>
        </li>
        <li className="rule">
          <div className="rule-body">
            <span className="word">While off</span>
            <select
              aria-label="What is served while the flag is off"
              value={draft.offVariation}
              onChange={(event) => onEdit({ offVariation: event.target.value })}
            >
              {[...variations.map(({ key }) => key), '$default'].map((key) => (
                <option key={key} value={key}>
                  {key === '$default' ? "the caller's default" : key}
                </option>
              ))}
            </select>
          </div>
        </li>
      </ol>
    </section>
  );
}
