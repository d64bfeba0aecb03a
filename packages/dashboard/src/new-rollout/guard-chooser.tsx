import { useQuery } from '@tanstack/react-query';
import type { GuardTemplateView } from '@tidegate/protocol';
import type { MetricView } from '@tidegate/protocol/types';
import { type ReactNode, useId } from 'react';
import { usePlace } from '../api/place.ts';
import { useList } from '../api/use-read.ts';
import type { GuardForm, PlanForm } from './plan-form.ts';

interface ChooserProps {
  readonly form: PlanForm;
  readonly onEdit: (part: Partial<PlanForm>) => void;
}

/** The templates of the environment's project. */
export function useTemplates() {
  const { api, environment } = usePlace();
  const project = environment.split('/')[0] ?? '';
  return useQuery({
    queryKey: [environment, 'templates'],
    queryFn: () => api.list<GuardTemplateView>(`/api/v1/projects/${encodeURIComponent(project)}/templates`),
  });
}

/** What must not get worse. */
export function GuardChooser({ form, onEdit }: ChooserProps): ReactNode {
  const templates = useTemplates();
  const metrics = useList<MetricView>('/metrics');
  const set = (guards: readonly GuardForm[]) => onEdit({ guards });
  const edit = (index: number, part: Partial<GuardForm>) =>
    set(form.guards.map((guard, at) => (at === index ? { ...guard, ...part } : guard)));
  const isTaken = (kind: GuardForm['kind'], name: string) =>
    form.guards.some((guard) => guard.kind === kind && guard.name === name);
  const latest = new Map(templates.data?.map((template) => [template.name, template]));
  return (
    <section className="card stack" aria-labelledby="guards-title">
      <h2 id="guards-title">3. What must not get worse</h2>
      {form.guards.map((guard, index) => {
        const template = guard.kind === 'template' ? latest.get(guard.name) : undefined;
        const metric = guard.kind === 'metric' ? metrics.data?.find(({ key }) => key === guard.name) : undefined;
        return (
          <fieldset key={`${guard.kind} ${guard.name}`} className="rule">
            <legend className="hidden">Guard {guard.name}</legend>
            <div className="row">
              <strong>{guard.name}</strong>
              <span className="faint">{guard.kind}</span>
              <span className="bar-space" />
              <label className="check">
                <input
                  type="checkbox"
                  checked={guard.isObserved}
                  onChange={(event) => edit(index, { isObserved: event.target.checked })}
                />
                only observe
              </label>
              <button
                type="button"
                className="small quiet"
                aria-label={`Remove guard ${guard.name}`}
                onClick={() => set(form.guards.toSpliced(index, 1))}
              >
                ×
              </button>
            </div>
            <p className="faint">{template?.description ?? metric?.description}</p>
            {template !== undefined && (
              <div className="fields">
                {Object.entries(template.parameters).map(([name, parameter]) => (
                  <ArgumentField
                    key={name}
                    name={name}
                    parameter={parameter}
                    value={guard.args[name] ?? parameter.default}
                    onEdit={(value) => edit(index, { args: { ...guard.args, [name]: value } })}
                  />
                ))}
              </div>
            )}
          </fieldset>
        );
      })}
      <select
        aria-label="Add a guard"
        value=""
        onChange={(event) => {
          const [kind, name = ''] = event.target.value.split(' ', 2);
          if (kind === 'template' || kind === 'metric') {
            set([...form.guards, { kind, name, args: {}, isObserved: false }]);
          }
        }}
      >
        <option value="">Add a guard …</option>
        <optgroup label="From a template">
          {[...latest.values()]
            .filter(({ name }) => !isTaken('template', name))
            .map(({ name }) => (
              <option key={name} value={`template ${name}`}>
                {name}
              </option>
            ))}
        </optgroup>
        <optgroup label="Metrics of this environment">
          {metrics.data
            ?.filter(({ key }) => !isTaken('metric', key))
            .map(({ key }) => (
              <option key={key} value={`metric ${key}`}>
                {key}
              </option>
            ))}
        </optgroup>
      </select>
    </section>
  );
}

type Argument = GuardForm['args'][string];

interface ArgumentFieldProps {
  readonly name: string;
  readonly parameter: GuardTemplateView['parameters'][string];
  readonly value: Argument | undefined;
  readonly onEdit: (value: Argument) => void;
}

function ArgumentField({ name, parameter, value, onEdit }: ArgumentFieldProps): ReactNode {
  const id = useId();
  const { type, description } = parameter;
  return (
    <div className="field">
      <label htmlFor={id} title={description}>
        {name}
      </label>
      {type === 'boolean' ? (
        <select id={id} value={String(value ?? false)} onChange={(event) => onEdit(event.target.value === 'true')}>
          <option>false</option>
          <option>true</option>
        </select>
      ) : (
        <input
          id={id}
          type={type === 'number' ? 'number' : 'text'}
          step="any"
          value={String(value ?? '')}
          onChange={(event) => onEdit(type === 'number' ? event.target.valueAsNumber : event.target.value)}
        />
      )}
    </div>
  );
}
