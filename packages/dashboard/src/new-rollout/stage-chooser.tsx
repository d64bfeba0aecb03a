import type { ReactNode } from 'react';
import { type PlanForm, PRESET_CHOICES, type PresetChoice, type StageForm } from './plan-form.ts';

interface ChooserProps {
  readonly form: PlanForm;
  readonly onEdit: (part: Partial<PlanForm>) => void;
}

const PRESET_WORDS: Readonly<Record<PresetChoice, string>> = {
  standard: '5, 25, 50, 100 % in two hours',
  linear: 'ten steps of ten minutes',
  exponential: '1, 2, 4 … 100 %',
  'canary-10-30m': '10 % for half an hour, then all',
  instant: 'all at once',
  own: 'my own stages',
};

export function StageChooser({ form, onEdit }: ChooserProps): ReactNode {
  const edit = (index: number, part: Partial<StageForm>) =>
    onEdit({ stages: form.stages.map((stage, at) => (at === index ? { ...stage, ...part } : stage)) });
  return (
    <section className="card stack" aria-labelledby="stages-title">
      <h2 id="stages-title">2. How fast</h2>
      <fieldset className="presets">
        <legend className="hidden">Stages</legend>
        {PRESET_CHOICES.map((preset) => (
          <label key={preset} className="preset">
            <input type="radio" name="preset" checked={form.preset === preset} onChange={() => onEdit({ preset })} />
            <span>
              <strong>{preset}</strong>
              <span className="faint">{PRESET_WORDS[preset]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {form.preset === 'own' && (
        <div className="stack">
          {form.stages.map((stage, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a stage is its place
            <fieldset key={index} className="fields stage-fields">
              <legend className="faint">Stage {index + 1}</legend>
              <label className="field">
                Share
                <input value={stage.treatment} onChange={(event) => edit(index, { treatment: event.target.value })} />
              </label>
              <label className="field">
                At least for
                <input
                  value={stage.dwell}
                  placeholder="30m"
                  onChange={(event) => edit(index, { dwell: event.target.value })}
                />
              </label>
              <label className="field">
                Units per arm
                <input
                  inputMode="numeric"
                  value={stage.minUnits}
                  onChange={(event) => edit(index, { minUnits: event.target.value })}
                />
              </label>
              <label className="field">
                Rule out ×
                <input
                  inputMode="decimal"
                  placeholder="no proof"
                  value={stage.safeRatio}
                  onChange={(event) => edit(index, { safeRatio: event.target.value })}
                />
              </label>
              <label className="check">
                <input
                  type="checkbox"
                  checked={stage.needsApproval}
                  onChange={(event) => edit(index, { needsApproval: event.target.checked })}
                />
                Approval
              </label>
              <button
                type="button"
                className="small quiet"
                aria-label={`Remove stage ${index + 1}`}
                disabled={form.stages.length === 1}
                onClick={() => onEdit({ stages: form.stages.toSpliced(index, 1) })}
              >
                ×
              </button>
            </fieldset>
          ))}
          <div className="row">
            <button
              type="button"
              className="small"
              onClick={() => {
                const copy = form.stages.at(-2) ?? form.stages[0];
                if (copy !== undefined) onEdit({ stages: form.stages.toSpliced(-1, 0, copy) });
              }}
            >
              Add a stage
            </button>
          </div>
        </div>
      )}
      <div className="fields">
        <label className="field">
          Bake after 100 %
          <input value={form.bake} placeholder="10m" onChange={(event) => onEdit({ bake: event.target.value })} />
        </label>
        <label className="field">
          Start ({Intl.DateTimeFormat().resolvedOptions().timeZone})
          <input
            type="datetime-local"
            value={form.startAt}
            onChange={(event) => onEdit({ startAt: event.target.value })}
          />
        </label>
      </div>
    </section>
  );
}
