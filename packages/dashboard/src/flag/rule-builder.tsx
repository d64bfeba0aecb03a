import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { JsonProblem } from '../parts/json-field.tsx';
import { ConditionEditor } from './condition-editor.tsx';
import { type DraftEdit, type FlagDraft, freshRuleId, moved } from './flag-draft.ts';
import { PrerequisitesEditor } from './prerequisites-editor.tsx';
import { problemsAt } from './problems-at.ts';
import { ServeEditor } from './serve-editor.tsx';
import { TargetsEditor } from './targets-editor.tsx';

interface RuleBuilderProps {
  readonly flagKey: string;
  readonly draft: FlagDraft;
  /** What the server would refuse, by pointers into the draft. */
  readonly problems: readonly JsonProblem[];
  readonly onEdit: (part: DraftEdit) => void;
}

type Rule = FlagView['rules'][number];

/**
 * Who gets what, in the order in which it is asked: other flags, units by name, then rules, of which the first that
 * matches decides. A rule is moved by dragging its grip, or by the arrow keys on it.
 */
export function RuleBuilder({ flagKey, draft, problems, onEdit }: RuleBuilderProps): ReactNode {
  const { rules, variations, fallthrough } = draft;
  const [dragged, setDragged] = useState<number>();
  const [over, setOver] = useState<number>();
  const [said, setSaid] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const grabbed = useRef<string>(undefined);
  useEffect(() => {
    // The browser takes the focus from what is moved in the page.
    const id = grabbed.current;
    grabbed.current = undefined;
    if (id !== undefined) list.current?.querySelector<HTMLElement>(`[data-grip="${CSS.escape(id)}"]`)?.focus();
  }, [rules]);
  const setRules = (next: readonly Rule[]) => onEdit({ rules: next });
  const edit = (index: number, part: Partial<Rule>) =>
    setRules(rules.map((rule, at) => (at === index ? { ...rule, ...part } : rule)));
  const move = (from: number, to: number) => {
    const next = moved(rules, from, to);
    if (next === rules) return;
    grabbed.current = rules[from]?.id;
    setSaid(`Rule ${rules[from]?.id} is number ${to + 1} of ${rules.length} now.`);
    setRules(next);
  };
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
      <p className="hidden" role="status">
        {said}
      </p>
      <ol className="rules" ref={list}>
        <li className="rule">
          <div className="rule-body">
            <span className="word">Only if</span>
            <PrerequisitesEditor
              flagKey={flagKey}
              prerequisites={draft.prerequisites}
              onEdit={(prerequisites) => onEdit({ prerequisites })}
            />
          </div>
        </li>
        <li className="rule">
          <div className="rule-body">
            <span className="word">By name</span>
            <TargetsEditor
              targets={draft.targets}
              variations={variations.map(({ key }) => key)}
              onEdit={(targets) => onEdit({ targets })}
            />
          </div>
        </li>
        {rules.map((rule, index) => (
          <li
            key={rule.id}
            className={['rule', dragged === index && 'dragged', over === index && 'over'].filter(Boolean).join(' ')}
            onDragOver={(event) => {
              event.preventDefault();
              if (dragged !== undefined && dragged !== index) setOver(index);
            }}
            onDragLeave={() => setOver(undefined)}
            onDrop={(event) => {
              event.preventDefault();
              if (dragged !== undefined) move(dragged, index);
              setDragged(undefined);
              setOver(undefined);
            }}
          >
            <div className="row rule-head">
              {/* biome-ignore lint/a11y/useSemanticElements: Firefox does not drag what is a button element */}
              <span
                className="grip"
                role="button"
                tabIndex={0}
                data-grip={rule.id}
                draggable
                aria-label={`Move rule ${rule.id}, number ${index + 1}: arrow keys, or drag`}
                title="Drag, or press the arrow keys"
                onKeyDown={(event) => {
                  const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
                  if (by === 0) return;
                  event.preventDefault();
                  move(index, index + by);
                }}
                onDragStart={(event) => {
                  event.dataTransfer.effectAllowed = 'move';
                  event.dataTransfer.setData('text/plain', rule.id);
                  setDragged(index);
                }}
                onDragEnd={() => {
                  setDragged(undefined);
                  setOver(undefined);
                }}
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
                onClick={() => move(index, index - 1)}
              >
                ↑
              </button>
              <button
                type="button"
                className="small"
                aria-label={`Move rule ${rule.id} down`}
                disabled={index === rules.length - 1}
                onClick={() => move(index, index + 1)}
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
              <div className="stack">
                <ConditionEditor
                  condition={rule.condition}
                  problems={problemsAt(problems, `/rules/${index}/condition`)}
                  onEdit={(condition) => edit(index, { condition })}
                />
                {!('all' in rule.condition || 'any' in rule.condition) && (
                  <p className="row">
                    <button
                      type="button"
                      className="small"
                      onClick={() => edit(index, { condition: { all: [rule.condition] } })}
                    >
                      + and, or
                    </button>
                  </p>
                )}
                {problemsAt(problems, `/rules/${index}`).map(({ pointer, detail }) => (
                  <span key={pointer} className="flaw">
                    {detail}
                  </span>
                ))}
              </div>
              <span className="word">then</span>
              <ServeEditor
                label={`what rule ${rule.id} serves`}
                serve={rule.serve}
                problems={problemsAt(problems, `/rules/${index}/serve`)}
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
              problems={problemsAt(problems, '/fallthrough')}
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
