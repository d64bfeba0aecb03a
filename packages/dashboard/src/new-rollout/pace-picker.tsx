import { formatDuration } from '@tidegate/analysis/quantities';
import { type ReactNode, useRef } from 'react';
import { DocsLink } from '../docs/docs-link.tsx';
import { formatPercent } from '../text/format.ts';
import type { PlanDraft } from './plan-draft.ts';
import { Notes } from './plan-fields.tsx';
import { notesUnder } from './plan-notes.ts';
import { isPlanObject, itemsAt, type PlanEdit, type PlanObject, textAt, valueAt } from './plan-text.ts';
import { StageFields } from './stage-fields.tsx';

const PRESETS = [
  ['standard', '5, 25, 50, 100 % in two hours'],
  ['linear', 'ten steps of ten minutes'],
  ['exponential', '1, 2, 4 … 100 %'],
  ['canary-10-30m', '10 % for half an hour, then all'],
  ['instant', 'all at once'],
] as const;

/** Where nobody knows better stages of one's own begin with these. */
const FIRST_STAGES: readonly PlanObject[] = [
  { treatment: '5%', dwell: '30m', minUnits: 100 },
  { treatment: '25%', dwell: '30m', minUnits: 100 },
  { treatment: '100%', minUnits: 100 },
];

/** A preset, or stages of one's own, which begin as those of the preset. */
export function PacePicker({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const { plan, edit } = draft;
  const preset = valueAt(plan, ['preset']);
  const isOwn = valueAt(plan, ['stages']) !== undefined;
  const chosen = isOwn ? 'own' : presetName(preset);
  // Whoever looks at a preset and comes back finds the stages as they left them.
  const left = useRef<readonly unknown[]>([]);
  const pick = (name: string) => {
    if (isOwn) left.current = itemsAt(plan, ['stages']);
    if (name !== 'own') return edit({ path: ['stages'] }, { path: ['preset'], value: name });
    const stages = left.current.length > 0 ? left.current : ownStages(draft);
    return edit({ path: ['preset'] }, { path: ['stages'], value: stages });
  };
  return (
    <div className="stack">
      <fieldset className="presets">
        <legend>Pace</legend>
        {[...PRESETS, ['own', 'my own stages'] as const].map(([name, words]) => (
          <label key={name} className="preset">
            <input type="radio" name="preset" checked={chosen === name} onChange={() => pick(name)} />
            <span>
              <strong>{name}</strong>
              <span className="faint">{words}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {isOwn ? (
        <StageFields draft={draft} />
      ) : (
        <>
          <PresetOptions draft={draft} name={chosen} />
          <Notes notes={[...notesUnder(draft.notes, ['stages']), ...notesUnder(draft.notes, ['preset'])]} />
          <div className="actions">
            <DocsLink to="rollouts#presets" about="presets" />
          </div>
        </>
      )}
    </div>
  );
}

/** What each preset can be told, beside how many units each stage needs. */
const OPTIONS: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  linear: [
    ['step', 'Each step adds', '10%'],
    ['dwell', 'Each stays for', '10m'],
  ],
  exponential: [
    ['from', 'Begins with', '1%'],
    ['factor', 'Each is times', '2'],
    ['dwell', 'Each stays for', '10m'],
  ],
};

function PresetOptions({ draft, name }: { readonly draft: PlanDraft; readonly name: string }): ReactNode {
  const options = OPTIONS[name];
  if (options === undefined) return null;
  const preset = valueAt(draft.plan, ['preset']);
  const before = isPlanObject(preset) ? preset : { name };
  const say = (option: string, text: string): PlanEdit => {
    const { [option]: _, ...others } = before;
    const said = option === 'factor' && Number(text) > 0 ? Number(text) : text;
    const next = text === '' ? others : { ...others, [option]: said };
    return { path: ['preset'], value: Object.keys(next).length === 1 ? name : next };
  };
  return (
    <div className="fields">
      {options.map(([option, label, placeholder]) => (
        <label key={option} className="field">
          {label}
          <input
            value={textAt(preset, [option])}
            placeholder={placeholder}
            spellCheck={false}
            onChange={(event) => draft.edit(say(option, event.target.value))}
          />
        </label>
      ))}
    </div>
  );
}

function presetName(preset: unknown): string {
  if (isPlanObject(preset)) return textAt(preset, ['name']);
  return typeof preset === 'string' ? preset : 'standard';
}

/** The stages that the server understands now, as people write them. */
function ownStages({ understood }: PlanDraft): readonly PlanObject[] {
  if (understood === null) return FIRST_STAGES;
  return understood.stages.map(({ treatmentPpm, dwellMs, minUnits }) => ({
    treatment: formatPercent(treatmentPpm),
    ...(dwellMs === 0 ? {} : { dwell: formatDuration(dwellMs) }),
    minUnits,
  }));
}
