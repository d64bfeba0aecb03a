import { useQuery } from '@tanstack/react-query';
import type { LintView } from '@tidegate/protocol';
import type { FlagView, RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { useChange, useList, useRead } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Waiting } from '../parts/loading.tsx';
import { useLeaveWarning } from '../parts/use-leave-warning.ts';
import type { PageRoute } from '../routing/route.ts';
import { go, useAddress } from '../routing/use-route.ts';
import { AskedSection } from './asked-section.tsx';
import { ChangeSection } from './change-section.tsx';
import { firstPlan, planAgain } from './first-plan.ts';
import { Forecast, Opinion, type StartOrder } from './forecast.tsx';
import { GuardsSection } from './guards-section.tsx';
import { HarmSection } from './harm-section.tsx';
import { MeasuredSection } from './measured-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { PlanEditor } from './plan-editor.tsx';
import { notesOf } from './plan-notes.ts';
import { editPlan, type PlanObject, readPlan, textAt } from './plan-text.ts';
import { ReachSection } from './reach-section.tsx';
import { ScoreSection } from './score-section.tsx';
import { ToldSection } from './told-section.tsx';
import { TrafficSection } from './traffic-section.tsx';
import { WhenSection } from './when-section.tsx';
import { WhoSection } from './who-section.tsx';

/** With `from`, the plan of that rollout is begun from. */
export function NewRolloutPage({ route }: { readonly route: PageRoute }): ReactNode {
  const address = useAddress();
  const flags = useList<FlagView>('/flags');
  const from = route.query['from'];
  const before = useRead<RolloutView>(`/rollouts/${encodeURIComponent(from ?? '')}`, { enabled: from !== undefined });
  if (flags.data === undefined) return <Waiting of={flags} what="flags" />;
  if (from !== undefined && before.data === undefined) return <Waiting of={before} what="plan" />;
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
  const flagKey = route.key ?? flags.data[0]?.key ?? '';
  const first = before.data === undefined ? firstPlan(flags.data, flagKey) : planAgain(before.data.plan);
  return <Wizard flags={flags.data} first={first} />;
}

interface WizardProps {
  readonly flags: readonly FlagView[];
  /** The plan that it begins with. */
  readonly first: string;
}

const NOTHING: PlanObject = {};
const START_WORDS: Readonly<Record<StartOrder, { readonly verb: string; readonly query: string }>> = {
  start: { verb: 'Start it', query: '' },
  draft: { verb: 'Keep it', query: '?draft=true' },
  force: { verb: 'Take it and start', query: '?force=true' },
};

/** A plan, as fields and as text, with what the server thinks of it as one types; nothing runs before the last button. */
function Wizard({ flags, first }: WizardProps): ReactNode {
  const address = useAddress();
  const [text, setText] = useState(first);
  const [order, setOrder] = useState<StartOrder>();
  const read = useMemo(() => readPlan(text), [text]);
  // Fields go on showing what could be read last.
  const [readable, setReadable] = useState<PlanObject>(NOTHING);
  if (read.kind === 'read' && read.plan !== readable) setReadable(read.plan);
  const plan = read.kind === 'read' ? read.plan : readable;
  const lint = useLint(plan);
  const draft: PlanDraft = {
    plan,
    understood: lint.data?.plan ?? null,
    windows: lint.data?.windows ?? [],
    notes: notesOf(lint.data, lint.error, plan),
    edit: (...edits) => setText((now) => (readPlan(now).kind === 'read' ? editPlan(now, edits) : now)),
  };
  const start = useChange(({ api, base }, given: StartOrder) =>
    api.send<RolloutView>('POST', `${base}/rollouts${START_WORDS[given].query}`, { body: plan }),
  );
  useLeaveWarning(text !== first && !start.isSuccess);
  const flagKey = textAt(plan, ['flag']) || textAt(plan, ['flagKey']);
  return (
    <div className="page">
      <p className="crumbs">
        <a href={address('rollouts')}>Rollouts</a> / new
      </p>
      <h1>New rollout</h1>
      <div className="columns">
        <fieldset className="stack" disabled={read.kind === 'flawed'}>
          <legend className="hidden">Fields of the plan</legend>
          <ChangeSection draft={draft} flags={flags} />
          <div className="mores">
            <GuardsSection draft={draft} />
            <WhoSection draft={draft} flags={flags} />
            <WhenSection draft={draft} />
            <ReachSection draft={draft} />
            <HarmSection draft={draft} />
            <AskedSection draft={draft} />
            <MeasuredSection draft={draft} />
            <TrafficSection draft={draft} />
            <ScoreSection draft={draft} />
            <ToldSection draft={draft} />
          </div>
        </fieldset>
        <div className="stack sticky long">
          <Opinion draft={draft} lint={lint} isReadable={read.kind === 'read'} onStart={setOrder} />
          <PlanEditor text={text} flaw={read.kind === 'flawed' ? read.detail : undefined} onEdit={setText} />
          <Forecast draft={draft} />
        </div>
      </div>
      {order !== undefined && (
        <Confirm
          title={order === 'draft' ? `Keep a draft for ${flagKey}?` : `Start the rollout of ${flagKey}?`}
          verb={START_WORDS[order].verb}
          error={start.error}
          isPending={start.isPending}
          takesReason={false}
          onConfirm={() => start.mutate(order, { onSuccess: ({ id }) => go(address('rollouts', id)) })}
          onClose={() => setOrder(undefined)}
        >
          <p>{meaningOf(order, textAt(plan, ['treatment']))}</p>
        </Confirm>
      )}
    </div>
  );
}

function meaningOf(order: StartOrder, treatment: string): string {
  if (order === 'draft') return 'It is kept and does nothing until somebody starts it.';
  const served = `${treatment} is served to more and more, stage by stage, while the guards allow it. It can be killed at any time.`;
  return order === 'start'
    ? served
    : `The rollout that has the rule is over: everybody has control first. Then ${served}`;
}

/** What the server says of a plan that nobody has started; while it thinks, what it said before. */
function useLint(plan: PlanObject) {
  const { api, base, environment } = usePlace();
  const asked = useDeferredValue(JSON.stringify(plan));
  return useQuery({
    queryKey: [environment, 'lint', asked],
    queryFn: () => api.send<LintView>('POST', `${base}/rollouts/lint`, { body: { plan: JSON.parse(asked) } }),
    placeholderData: (before) => before,
    retry: false,
  });
}
