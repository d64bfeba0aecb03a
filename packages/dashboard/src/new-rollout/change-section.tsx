import type { FlagView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { firstTreatment } from './first-plan.ts';
import { PacePicker } from './pace-picker.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { Notes } from './plan-fields.tsx';
import { notesUnder } from './plan-notes.ts';
import { textAt } from './plan-text.ts';

interface ChangeSectionProps {
  readonly draft: PlanDraft;
  readonly flags: readonly FlagView[];
}

/** The smallest plan: which flag, to what, how fast. */
export function ChangeSection({ draft, flags }: ChangeSectionProps): ReactNode {
  const { plan, edit } = draft;
  const flagKey = textAt(plan, ['flag']) || textAt(plan, ['flagKey']);
  const flag = flags.find(({ key }) => key === flagKey);
  const treatment = textAt(plan, ['treatment']);
  const variations = flag?.variations.map(({ key }) => key) ?? [];
  const notes = ['flag', 'flagKey', 'treatment'].flatMap((member) => notesUnder(draft.notes, [member]));
  return (
    <section className="card stack" aria-labelledby="what-title">
      <h2 id="what-title">What changes, and how fast</h2>
      <div className="fields">
        <label className="field">
          Flag
          <select
            value={flagKey}
            onChange={({ target: { value } }) =>
              edit(
                { path: ['flagKey'] },
                { path: ['flag'], value },
                { path: ['treatment'], value: firstTreatment(flags, value) },
                // They are names of the other flag.
                { path: ['rule'] },
                { path: ['control'] },
              )
            }
          >
            {flag === undefined && <option>{flagKey}</option>}
            {flags.map(({ key }) => (
              <option key={key}>{key}</option>
            ))}
          </select>
        </label>
        <label className="field">
          Treatment: what it grows to
          <select value={treatment} onChange={(event) => edit({ path: ['treatment'], value: event.target.value })}>
            {!variations.includes(treatment) && <option>{treatment}</option>}
            {variations.map((key) => (
              <option key={key}>{key}</option>
            ))}
          </select>
        </label>
      </div>
      <Notes notes={notes} />
      <PacePicker draft={draft} />
    </section>
  );
}
