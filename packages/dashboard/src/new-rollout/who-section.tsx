import type { FlagView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { PickField, TextField, WordField } from './plan-fields.tsx';
import { textAt } from './plan-text.ts';
import { share } from './plan-words.ts';

interface WhoSectionProps {
  readonly draft: PlanDraft;
  readonly flags: readonly FlagView[];
}

/** Which rule of the flag, and what is bucketed and counted. */
export function WhoSection({ draft, flags }: WhoSectionProps): ReactNode {
  const { plan, understood } = draft;
  const flagKey = textAt(plan, ['flag']) || textAt(plan, ['flagKey']);
  const flag = flags.find(({ key }) => key === flagKey);
  const rule = textAt(plan, ['rule']) || 'fallthrough';
  const unit = textAt(plan, ['unit']) || 'targetingKey';
  return (
    <MoreSection
      draft={draft}
      title="For whom"
      now={`${rule === 'fallthrough' ? 'everyone whom no rule takes' : `whom the rule ${rule} takes`}, by ${unit}`}
      docs="rollouts#fields-of-the-plan"
      members={['rule', 'control', 'unit', 'controlSample', 'controlSamplePpm']}
    >
      <div className="fields">
        <PickField
          draft={draft}
          path={['rule']}
          label="Rule of the flag"
          options={[
            ['fallthrough', 'everyone whom no rule takes'],
            ...(flag?.rules ?? []).map(({ id }) => [id, `whom the rule ${id} takes`] as const),
          ]}
        />
        <TextField
          draft={draft}
          path={['control']}
          label="Compared with"
          placeholder={understood?.control ?? 'what the rule serves'}
          hint="The variation that the rule serves now."
        />
        <TextField
          draft={draft}
          path={['unit']}
          label="Counted by"
          placeholder="targetingKey"
          hint="The attribute that is bucketed and counted: a user, a device, org.id for a tenant."
        />
        <WordField
          draft={draft}
          under={[]}
          word={share('controlSample')}
          label="Of control, measure"
          placeholder="all"
          hint="Where volume matters. Evidence comes more slowly."
        />
      </div>
    </MoreSection>
  );
}
