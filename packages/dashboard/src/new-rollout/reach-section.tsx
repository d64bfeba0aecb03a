import type { Condition } from '@tidegate/evaluation';
import type { ReactNode } from 'react';
import { DocsLink } from '../docs/docs-link.tsx';
import { ConditionEditor } from '../flag/condition-editor.tsx';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { ListFields, NumberField, WordField } from './plan-fields.tsx';
import { textAt, valueAt } from './plan-text.ts';
import { duration, HOLDBACK_SHARE, share, wordAt } from './plan-words.ts';

/** How far it may go, and who keeps control after a success. */
export function ReachSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const { plan } = draft;
  const cap = wordAt(plan, [], share('maxTreatment'));
  const units = textAt(plan, ['maxExposedUnits']);
  const heldBack = wordAt(plan, ['holdback'], HOLDBACK_SHARE);
  const now = [
    cap === '' ? 'to everybody' : `to ${cap} at most`,
    ...(units === '' ? [] : [`${units} units at most`]),
    heldBack === '' ? 'no holdback' : `${heldBack} held back`,
    ...(valueAt(plan, ['caps']) === undefined ? [] : ['some get less']),
  ];
  return (
    <MoreSection
      draft={draft}
      title="How far"
      now={now.join(', ')}
      docs="rollouts#caps-and-holdbacks"
      members={['maxTreatment', 'maxTreatmentPpm', 'maxExposedUnits', 'holdback', 'caps']}
    >
      <div className="fields">
        <WordField
          draft={draft}
          under={[]}
          word={share('maxTreatment')}
          label="Never more than"
          placeholder="100%"
          hint="The share that treatment never exceeds, also after a success."
        />
        <NumberField
          draft={draft}
          path={['maxExposedUnits']}
          label="Treated units at most"
          placeholder="no limit"
          hint="Then the share does not rise any more."
        />
        <WordField
          draft={draft}
          under={['holdback']}
          word={HOLDBACK_SHARE}
          label="Hold back after the success"
          placeholder="nobody"
          hint="They keep control, to measure what the change does in the long run."
        />
        {valueAt(plan, ['holdback']) !== undefined && (
          <WordField draft={draft} under={['holdback']} word={duration('duration')} label="For" placeholder="28d" />
        )}
      </div>
      <h3>Who gets less than the others</h3>
      <ListFields draft={draft} path={['caps']} what="cap" fresh={FIRST_CAP}>
        {(path) => (
          <div className="stack tight">
            <ConditionEditor
              // What stands there is held to the flag language by the server.
              condition={(valueAt(plan, [...path, 'condition']) ?? {}) as Condition}
              onEdit={(value) => draft.edit({ path: [...path, 'condition'], value })}
            />
            <div className="fields">
              <WordField
                draft={draft}
                under={path}
                word={share('maxTreatment')}
                label="Never more of them than"
                placeholder="0%"
                hint="The share of a stage, or 0%."
              />
            </div>
          </div>
        )}
      </ListFields>
      <div className="actions">
        <DocsLink to="rollouts#caps-of-some" about="caps of some" />
      </div>
    </MoreSection>
  );
}

const FIRST_CAP = { condition: { segment: '' }, maxTreatment: '0%' };
