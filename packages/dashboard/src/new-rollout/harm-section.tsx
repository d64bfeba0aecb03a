import type { ReactNode } from 'react';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { DeadlineFields, NumberField, PickField, WordField } from './plan-fields.tsx';
import { textAt, valueAt } from './plan-text.ts';
import { duration } from './plan-words.ts';

/** What happens when harm shows, and when evidence is worth nothing. */
export function HarmSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const { plan } = draft;
  const isFrozen = textAt(plan, ['onHarm']) === 'freeze';
  const steps = textAt(plan, ['gradualRollback', 'steps']);
  return (
    <MoreSection
      draft={draft}
      title="When something is wrong"
      now={isFrozen ? 'freeze, a person decides' : steps === '' ? 'roll back at once' : `roll back in ${steps} steps`}
      docs="rollouts#health"
      members={['onHarm', 'gradualRollback', 'health', 'noData', 'noDataMs', 'confirm', 'confirmMs']}
    >
      <div className="fields">
        <PickField
          draft={draft}
          path={['onHarm']}
          label="When a guard shows harm"
          options={[
            ['rollback', 'roll back'],
            ['freeze', 'keep the share, a person decides'],
          ]}
        />
        <NumberField
          draft={draft}
          path={['gradualRollback', 'steps']}
          label="Roll back in steps"
          placeholder="at once"
          hint="Where control could not take everybody back at once. A kill by hand is instant."
        />
        {valueAt(plan, ['gradualRollback']) !== undefined && (
          <WordField
            draft={draft}
            under={['gradualRollback']}
            word={duration('step')}
            label="Between steps"
            placeholder="1m"
          />
        )}
        <WordField
          draft={draft}
          under={[]}
          word={duration('noData')}
          label="Hold without a sign of life for"
          placeholder="15m"
        />
        <WordField
          draft={draft}
          under={[]}
          word={duration('confirm')}
          label="A kill waits for SDKs"
          placeholder="10s"
          hint="Then it says how many have not confirmed."
        />
      </div>
      <h3>When evidence cannot be trusted</h3>
      <div className="fields wide">
        <DeadlineFields
          draft={draft}
          path={['health', 'sampleRatio', 'deadline']}
          label="The arms have the wrong sizes"
          after="4h"
          then="hold"
        />
        <DeadlineFields
          draft={draft}
          path={['health', 'noData', 'deadline']}
          label="No data comes"
          after="72h"
          then="abort"
        />
        <DeadlineFields
          draft={draft}
          path={['health', 'confirmation', 'deadline']}
          label="SDKs do not confirm a stage"
          after="1h"
          then="continue"
        />
        <SharedDeadline draft={draft} rule="crossover" label="Units in the wrong arm" maxShare="0.01" then="hold" />
        <SharedDeadline draft={draft} rule="lostEvents" label="Events are lost" maxShare="0.05" then="hold" />
        <NumberField
          draft={draft}
          path={['health', 'openBreakers', 'maxShare']}
          label="Kill when breakers are open in this share"
          placeholder="never: they hold from 0.2"
        />
      </div>
    </MoreSection>
  );
}

interface SharedDeadlineProps {
  readonly draft: PlanDraft;
  readonly rule: 'crossover' | 'lostEvents';
  readonly label: string;
  readonly maxShare: string;
  readonly then: 'hold';
}

/** A rule with a share has both or neither. */
function SharedDeadline({ draft, rule, label, maxShare, then }: SharedDeadlineProps): ReactNode {
  const path = ['health', rule];
  const isSaid = valueAt(draft.plan, path) !== undefined;
  return (
    <>
      <label className="field">
        {label}: more than
        <input
          inputMode="decimal"
          value={textAt(draft.plan, [...path, 'maxShare'])}
          placeholder={maxShare}
          onChange={({ target: { value } }) => {
            if (value === '') draft.edit({ path });
            else if (isSaid) draft.edit({ path: [...path, 'maxShare'], value: Number(value) || value });
            else draft.edit({ path, value: { maxShare: Number(value) || value, deadline: { after: '4h', then } } });
          }}
        />
      </label>
      {isSaid && (
        <DeadlineFields draft={draft} path={[...path, 'deadline']} label={`${label}: hold`} after="4h" then={then} />
      )}
    </>
  );
}
