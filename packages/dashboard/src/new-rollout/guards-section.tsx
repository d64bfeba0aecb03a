import type { GuardTemplateView } from '@tidegate/protocol';
import type { MetricView } from '@tidegate/protocol/types';
import { type ReactNode, useId } from 'react';
import { useList } from '../api/use-read.ts';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { DeadlineFields, NumberField, TextField, TickField, WordField } from './plan-fields.tsx';
import { itemsAt, type PlanObject, type PlanPath, textAt, valueAt } from './plan-text.ts';
import { duration } from './plan-words.ts';
import { useTemplates } from './use-templates.ts';

/** What must not get worse. */
export function GuardsSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const templates = useTemplates();
  const metrics = useList<MetricView>('/metrics');
  const guards = itemsAt(draft.plan, ['guards']);
  const names = guards.map(nameOf);
  const add = (guard: PlanObject) => draft.edit({ path: ['guards'], value: [...guards, guard] });
  return (
    <MoreSection
      draft={draft}
      title="What must not get worse"
      now={names.length === 0 ? 'errors of client.run' : names.join(', ')}
      docs="rollouts#guards"
      members={['guards', 'alpha']}
    >
      {guards.map((guard, index) => (
        <GuardFields
          key={index}
          draft={draft}
          path={['guards', index]}
          name={names[index] ?? ''}
          template={templates.data?.find(({ name }) => name === templateOf(guard))}
          metric={metrics.data?.find(({ key }) => key === textAt(guard, ['metric']))}
        />
      ))}
      <div className="fields">
        <select
          aria-label="Add a guard"
          value=""
          onChange={({ target: { value } }) => {
            const [kind = '', name = ''] = value.split(' ', 2);
            add({ [kind]: name });
          }}
        >
          <option value="">Add a guard …</option>
          <optgroup label="From a template">
            {templates.data
              ?.filter(({ name }) => !names.includes(name))
              .map(({ name }) => (
                <option key={name} value={`template ${name}`}>
                  {name}
                </option>
              ))}
          </optgroup>
          <optgroup label="Metrics of this environment">
            {metrics.data
              ?.filter(({ key }) => !names.includes(key))
              .map(({ key }) => (
                <option key={key} value={`metric ${key}`}>
                  {key}
                </option>
              ))}
          </optgroup>
        </select>
        <NumberField
          draft={draft}
          path={['alpha']}
          label="A harmless change is killed with a chance of at most"
          placeholder="0.05"
        />
      </div>
    </MoreSection>
  );
}

interface GuardFieldsProps {
  readonly draft: PlanDraft;
  readonly path: PlanPath;
  readonly name: string;
  readonly template: GuardTemplateView | undefined;
  readonly metric: MetricView | undefined;
}

function GuardFields({ draft, path, name, template, metric }: GuardFieldsProps): ReactNode {
  const at = (member: string) => [...path, member];
  return (
    <fieldset className="rule">
      <legend className="hidden">Guard {name}</legend>
      <div className="row">
        <strong>{name}</strong>
        <span className="faint">{template === undefined ? 'metric' : `template, version ${template.version}`}</span>
        <span className="bar-space" />
        <TickField draft={draft} path={at('mode')} on="observe" label="only observe" />
        <button
          type="button"
          className="small quiet"
          aria-label={`Remove guard ${name}`}
          onClick={() => draft.edit({ path })}
        >
          ×
        </button>
      </div>
      <p className="faint">{template?.description ?? metric?.description}</p>
      {template !== undefined && <ArgumentFields draft={draft} path={at('args')} template={template} />}
      <details>
        <summary className="faint">More of {name}</summary>
        <div className="stack">
          <div className="fields">
            <TextField
              draft={draft}
              path={at('metric')}
              label="Called"
              placeholder={name}
              hint="What it is called in this rollout."
            />
            <NumberField
              draft={draft}
              path={at('weight')}
              label="Weight"
              placeholder="1"
              hint="Its part of the chance of a false kill, relative to the other guards."
            />
            <NumberField
              draft={draft}
              path={at('tolerance')}
              label="Harm up to × is none"
              placeholder="none"
              hint="1.05 tolerates five percent more errors; 0.95 five percent fewer sales."
            />
            <NumberField
              draft={draft}
              path={at('maxRate')}
              label="Never more than this share"
              placeholder="none"
              hint="The largest share of treated units that may count, whatever control does: 0.05 is 5 %. Needs no control."
            />
            <TextField draft={draft} path={at('group')} label="Group of the score" placeholder="none" />
          </div>
          <TickField
            draft={draft}
            path={at('critical')}
            off={false}
            isOnByDefault
            label="Stages with a proof wait for its proof"
          />
          <div className="fields">
            <WordField
              draft={draft}
              under={at('noOutcomes')}
              word={duration('grace')}
              label="Hold when no outcome came for"
              placeholder="never"
            />
            {valueAt(draft.plan, at('noOutcomes')) !== undefined && (
              <DeadlineFields
                draft={draft}
                path={[...at('noOutcomes'), 'deadline']}
                label="And when none comes"
                after="1d"
                then="abort"
              />
            )}
          </div>
        </div>
      </details>
    </fieldset>
  );
}

function nameOf(guard: unknown): string {
  return textAt(guard, ['metric']) || templateOf(guard);
}

/** `latency@1` is of `latency`. */
function templateOf(guard: unknown): string {
  const written = textAt(guard, ['template']) || textAt(guard, ['template', 'name']);
  return written.split('@', 1)[0] ?? '';
}

interface ArgumentFieldsProps {
  readonly draft: PlanDraft;
  readonly path: PlanPath;
  readonly template: GuardTemplateView;
}

function ArgumentFields({ draft, path, template }: ArgumentFieldsProps): ReactNode {
  return (
    <div className="fields">
      {Object.entries(template.parameters).map(([name, parameter]) => (
        <ArgumentField key={name} draft={draft} path={[...path, name]} name={name} parameter={parameter} />
      ))}
    </div>
  );
}

interface ArgumentFieldProps {
  readonly draft: PlanDraft;
  readonly path: PlanPath;
  readonly name: string;
  readonly parameter: GuardTemplateView['parameters'][string];
}

function ArgumentField({ draft, path, name, parameter }: ArgumentFieldProps): ReactNode {
  const id = useId();
  const { type, description } = parameter;
  const usual = parameter.default === undefined ? 'needed' : String(parameter.default);
  if (type === 'number') {
    return <NumberField draft={draft} path={path} label={name} placeholder={usual} hint={description ?? ''} />;
  }
  if (type === 'string') {
    return <TextField draft={draft} path={path} label={name} placeholder={usual} hint={description ?? ''} />;
  }
  const said = valueAt(draft.plan, path);
  return (
    <div className="field">
      <label htmlFor={id} title={description}>
        {name}
      </label>
      <select
        id={id}
        value={String(said ?? parameter.default ?? false)}
        onChange={(event) => draft.edit({ path, value: event.target.value === 'true' })}
      >
        <option>false</option>
        <option>true</option>
      </select>
    </div>
  );
}
