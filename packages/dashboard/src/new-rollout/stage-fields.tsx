import type { Condition } from '@tidegate/evaluation';
import type { ReactNode } from 'react';
import { DocsLink } from '../docs/docs-link.tsx';
import { ConditionEditor } from '../flag/condition-editor.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { DeadlineFields, Notes, NumberField, PickField, TickField, WordField } from './plan-fields.tsx';
import { notesUnder } from './plan-notes.ts';
import { isPlanObject, itemsAt, type PlanObject, type PlanPath, textAt, valueAt } from './plan-text.ts';
import { duration, share } from './plan-words.ts';

/** Stages of one's own: share, stay and sample of each, and what else it may wait for. */
export function StageFields({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const stages = itemsAt(draft.plan, ['stages']);
  return (
    <div className="stack">
      {stages.map((stage, index) => (
        <Stage key={index} draft={draft} index={index} isOnly={stages.length === 1} stage={stage} />
      ))}
      <div className="row">
        <button
          type="button"
          className="small"
          onClick={() => draft.edit({ path: ['stages'], value: withOneMore(stages) })}
        >
          Add a stage
        </button>
        <span className="bar-space" />
        <DocsLink to="rollouts#stages" about="stages" />
      </div>
    </div>
  );
}

/** The one before the last comes twice: shares rise, so its copy is there to be changed. */
function withOneMore(stages: readonly unknown[]): readonly unknown[] {
  const copy = stages.at(-2) ?? stages[0];
  return [...stages.slice(0, -1), copy, ...stages.slice(-1)];
}

interface StageProps {
  readonly draft: PlanDraft;
  readonly index: number;
  readonly stage: unknown;
  readonly isOnly: boolean;
}

function Stage({ draft, index, stage, isOnly }: StageProps): ReactNode {
  const path = ['stages', index];
  return (
    <fieldset className="rule">
      <legend className="hidden">Stage {index + 1}</legend>
      <div className="fields stage-fields">
        <span className="stage-number" aria-hidden="true">
          {index + 1}
        </span>
        <WordField draft={draft} under={path} word={share('treatment')} label="Share" placeholder="5%" />
        <WordField draft={draft} under={path} word={duration('dwell')} label="At least for" placeholder="10m" />
        <NumberField draft={draft} path={[...path, 'minUnits']} label="Units per arm" placeholder="100" />
        <NumberField
          draft={draft}
          path={[...path, 'safeRatio']}
          label="Rule out ×"
          placeholder="no proof"
          hint="Leave the stage only when evidence rules out that treatment is worse by this ratio: 1.25 is a quarter more errors."
        />
        <button
          type="button"
          className="small quiet"
          aria-label={`Remove stage ${index + 1}`}
          disabled={isOnly}
          onClick={() => draft.edit({ path })}
        >
          ×
        </button>
      </div>
      <Notes notes={notesUnder(draft.notes, path)} />
      <details>
        <summary className="faint">
          More of stage {index + 1}: {stageWords(stage)}
        </summary>
        <div className="stack">
          <ScopeFields draft={draft} path={[...path, 'scope']} />
          <ApprovalFields draft={draft} path={[...path, 'approval']} />
          <ExperimentFields draft={draft} path={[...path, 'experiment']} />
          {valueAt(stage, ['safeRatio']) !== undefined && (
            <DeadlineFields
              draft={draft}
              path={[...path, 'safeDeadline']}
              label="When the proof does not come"
              after="7d"
              then="abort"
            />
          )}
        </div>
      </details>
    </fieldset>
  );
}

function stageWords(stage: unknown): string {
  const said = [
    valueAt(stage, ['scope']) === undefined ? 'for everybody' : 'for some',
    valueAt(stage, ['approval']) === undefined ? 'no approval' : 'approved by people',
    ...(valueAt(stage, ['experiment']) === undefined
      ? []
      : [`experiment on ${textAt(stage, ['experiment', 'metric'])}`]),
  ];
  return said.join(', ');
}

interface PartProps {
  readonly draft: PlanDraft;
  readonly path: PlanPath;
}

const FIRST_SCOPE: Condition = { segment: '' };

function ScopeFields({ draft, path }: PartProps): ReactNode {
  const scope = valueAt(draft.plan, path);
  return (
    <div className="stack tight">
      <TickField draft={draft} path={path} on={FIRST_SCOPE} label="Only for some: whom this holds for" />
      {isPlanObject(scope) && (
        <ConditionEditor
          // What stands there is held to the flag language by the server.
          condition={scope as unknown as Condition}
          onEdit={(value) => draft.edit({ path, value })}
        />
      )}
    </div>
  );
}

const APPROVERS = [
  ['any', 'anybody who may raise'],
  ['editor', 'editors'],
  ['admin', 'admins'],
] as const;

function ApprovalFields({ draft, path }: PartProps): ReactNode {
  const isAsked = valueAt(draft.plan, path) !== undefined;
  const role = textAt(draft.plan, [...path, 'roles', 0]) || 'any';
  return (
    <div className="stack tight">
      <TickField draft={draft} path={path} on={FIRST_APPROVAL} label="People say yes before it begins" />
      {isAsked && (
        <div className="fields">
          <NumberField draft={draft} path={[...path, 'count']} label="How many" placeholder="1" />
          <label className="field">
            Who
            <select
              value={role}
              onChange={({ target: { value } }) =>
                draft.edit({ path: [...path, 'roles'], value: value === 'any' ? undefined : [value] })
              }
            >
              {APPROVERS.map(([option, words]) => (
                <option key={option} value={option}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <TickField
            draft={draft}
            path={[...path, 'notAuthor']}
            off={false}
            isOnByDefault
            label="not whoever starts it"
          />
          <DeadlineFields
            draft={draft}
            path={[...path, 'deadline']}
            label="When nobody does"
            after="24h"
            then="abort"
          />
        </div>
      )}
    </div>
  );
}

/** An approval that says nothing has its defaults, and a member so that it is there. */
const FIRST_APPROVAL: PlanObject = { count: 1 };

function ExperimentFields({ draft, path }: PartProps): ReactNode {
  const isOne = valueAt(draft.plan, path) !== undefined;
  const metrics = guardNames(draft);
  const first = { metric: metrics[0] ?? '', deadline: { after: '7d', then: 'hold' } };
  return (
    <div className="stack tight">
      <TickField draft={draft} path={path} on={first} label="An experiment: stays until a guard is decided" />
      {isOne && (
        <div className="fields">
          <PickField
            draft={draft}
            path={[...path, 'metric']}
            label="Guard"
            isNeeded
            options={metrics.map((metric) => [metric, metric] as const)}
          />
          <PickField
            draft={draft}
            path={[...path, 'onLose']}
            label="When it is lost"
            options={[
              ['abort', 'roll back'],
              ['hold', 'a person decides'],
            ]}
          />
          <DeadlineFields
            draft={draft}
            path={[...path, 'deadline']}
            label="When it stays undecided"
            after="7d"
            then="hold"
          />
        </div>
      )}
    </div>
  );
}

function guardNames({ plan, understood }: PlanDraft): readonly string[] {
  if (understood !== null) return understood.guards.map(({ metric }) => metric);
  return itemsAt(plan, ['guards']).map((guard) => textAt(guard, ['metric']) || textAt(guard, ['template']));
}
