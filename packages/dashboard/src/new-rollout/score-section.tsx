import type { ReactNode } from 'react';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { NumberField } from './plan-fields.tsx';
import { isPlanObject, itemsAt, textAt, valueAt } from './plan-text.ts';

/** What the guards are worth together: for promotion only, it never kills. */
export function ScoreSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const score = valueAt(draft.plan, ['score']);
  const pass = textAt(score, ['pass']);
  const weights = valueAt(score, ['groupWeights']);
  const written = isPlanObject(weights) ? Object.keys(weights) : [];
  const asked = itemsAt(draft.plan, ['guards']).map((guard) => textAt(guard, ['group']));
  const groups = [...new Set([...written, ...asked])].filter(Boolean);
  return (
    <MoreSection
      draft={draft}
      title="A score"
      now={score === undefined ? 'none' : `rises from ${pass} points on`}
      docs="rollouts#a-score"
      members={['score']}
    >
      <label className="check">
        <input
          type="checkbox"
          checked={score !== undefined}
          onChange={(event) =>
            draft.edit(
              event.target.checked ? { path: ['score'], value: firstScore(groups) } : { path: ['score'] },
              ...(event.target.checked ? groupedGuards(draft) : []),
            )
          }
        />
        Stages wait for a score of 0 to 100 points
      </label>
      {score !== undefined && (
        <div className="fields">
          <NumberField draft={draft} path={['score', 'pass']} label="Passes from" />
          <NumberField
            draft={draft}
            path={['score', 'marginal']}
            label="A person looks below"
            hint="Between the two the ramp waits for evidence to turn."
          />
          {groups.map((group) => (
            <NumberField
              key={group}
              draft={draft}
              path={['score', 'groupWeights', group]}
              label={`Weight of group ${group}`}
            />
          ))}
        </div>
      )}
      <p className="faint">A guard’s group is among the fields of the guard.</p>
    </MoreSection>
  );
}

const GROUP = 'all';

function firstScore(groups: readonly string[]): object {
  const names = groups.length === 0 ? [GROUP] : groups;
  return { groupWeights: Object.fromEntries(names.map((name) => [name, 100])), marginal: 75, pass: 95 };
}

/** Guards without a group count in the one that there is. */
function groupedGuards({ plan }: PlanDraft) {
  const guards = itemsAt(plan, ['guards']);
  if (guards.some((guard) => textAt(guard, ['group']) !== '')) return [];
  return guards.map((_, index) => ({ path: ['guards', index, 'group'], value: GROUP }));
}
