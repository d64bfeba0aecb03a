import type { FlagView, RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useFlags } from '../api/use-flags.ts';
import { useChange } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import type { PageRoute } from '../routing/route.ts';
import { go, useAddress } from '../routing/use-route.ts';
import { Forecast } from './forecast.tsx';
import { GuardChooser } from './guard-chooser.tsx';
import { FIRST_STAGES, type PlanForm, writtenPlan } from './plan-form.ts';
import { StageChooser } from './stage-chooser.tsx';

export function NewRolloutPage({ route }: { readonly route: PageRoute }): ReactNode {
  const address = useAddress();
  const flags = useFlags();
  if (flags.data === undefined) return <Waiting of={flags} what="flags" />;
  if (flags.data.length === 0) {
    return (
      <Empty>
        <p>A rollout moves a flag, and there is none yet.</p>
        <a className="button primary" href={address('flags')}>
          Create one
        </a>
      </Empty>
    );
  }
  return <Wizard flags={flags.data} flagKey={route.key ?? flags.data[0]?.key ?? ''} />;
}

interface WizardProps {
  readonly flags: readonly FlagView[];
  readonly flagKey: string;
}

/** A plan, with what the server thinks of it beside it as one types; nothing runs before the last button. */
function Wizard({ flags, flagKey }: WizardProps): ReactNode {
  const address = useAddress();
  const [form, setForm] = useState<PlanForm>(() => firstForm(flags, flagKey));
  const [isAsking, setAsking] = useState(false);
  const edit = (part: Partial<PlanForm>) => setForm((now) => ({ ...now, ...part }));
  const flag = flags.find(({ key }) => key === form.flag);
  const start = useChange(({ api, base }, plan: object) =>
    api.send<RolloutView>('POST', `${base}/rollouts`, { body: plan }),
  );
  return (
    <div className="page">
      <p className="crumbs">
        <a href={address('rollouts')}>Rollouts</a> / new
      </p>
      <h1>New rollout</h1>
      <div className="columns">
        <div className="stack">
          <section className="card stack" aria-labelledby="what-title">
            <h2 id="what-title">1. What changes</h2>
            <div className="fields">
              <label className="field">
                Flag
                <select
                  value={form.flag}
                  onChange={(event) =>
                    setForm({ ...form, ...firstForm(flags, event.target.value), guards: form.guards })
                  }
                >
                  {flags.map(({ key }) => (
                    <option key={key}>{key}</option>
                  ))}
                </select>
              </label>
              <label className="field">
                For whom
                <select value={form.rule} onChange={(event) => edit({ rule: event.target.value })}>
                  <option value="fallthrough">everyone whom no rule takes</option>
                  {flag?.rules.map(({ id }) => (
                    <option key={id} value={id}>
                      whom the rule {id} takes
                    </option>
                  ))}
                </select>
              </label>
              <label className="field">
                Treatment
                <select value={form.treatment} onChange={(event) => edit({ treatment: event.target.value })}>
                  {flag?.variations.map(({ key }) => (
                    <option key={key}>{key}</option>
                  ))}
                </select>
              </label>
            </div>
          </section>
          <StageChooser form={form} onEdit={edit} />
          <GuardChooser form={form} onEdit={edit} />
        </div>
        <Forecast form={form} onStart={() => setAsking(true)} />
      </div>
      {isAsking && (
        <Confirm
          title={`Start the rollout of ${form.flag}?`}
          verb="Start it"
          error={start.error}
          isPending={start.isPending}
          takesReason={false}
          onConfirm={() => start.mutate(writtenPlan(form), { onSuccess: ({ id }) => go(address('rollouts', id)) })}
          onClose={() => setAsking(false)}
        >
          <p>
            {form.treatment} is served to more and more, stage by stage, while the guards allow it. It can be killed at
            any time.
          </p>
        </Confirm>
      )}
    </div>
  );
}

function firstForm(flags: readonly FlagView[], flagKey: string): PlanForm {
  const flag = flags.find(({ key }) => key === flagKey) ?? flags[0];
  const served = flag?.fallthrough.kind === 'variation' ? flag.fallthrough.variation : flag?.offVariation;
  return {
    flag: flag?.key ?? '',
    rule: 'fallthrough',
    treatment: flag?.variations.find(({ key }) => key !== served)?.key ?? '',
    preset: 'standard',
    stages: FIRST_STAGES,
    bake: '10m',
    guards: [{ kind: 'template', name: 'error-rate', args: {}, isObserved: false }],
    startAt: '',
  };
}
