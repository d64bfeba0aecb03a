import type { FlagView, RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePage, useRead } from '../api/use-read.ts';
import { Badge } from '../parts/badge.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { UnfinishedFields, useUnfinished } from '../parts/unfinished.ts';
import { useLeaveWarning } from '../parts/use-leave-warning.ts';
import { useAddress } from '../routing/use-route.ts';
import { describeState } from '../text/describe-rollout.ts';
import { ArchiveFlag } from './archive-flag.tsx';
import { ChangeReview } from './change-review.tsx';
import { draftOf } from './flag-draft.ts';
import { FlagHistory } from './flag-history.tsx';
import { FlagSchedules } from './flag-schedules.tsx';
import { FlagSettings } from './flag-settings.tsx';
import { FlagSwitch } from './flag-switch.tsx';
import { FlagUsage } from './flag-usage.tsx';
import { patchBetween } from './merge-patch.ts';
import { OtherEnvironments } from './other-environments.tsx';
import { RuleBuilder } from './rule-builder.tsx';
import { SaveBar } from './save-bar.tsx';
import { Snippets } from './snippets.tsx';
import { useCheck } from './use-check.ts';
import { useFlagDraft } from './use-flag-draft.ts';
import { VariationsEditor } from './variations-editor.tsx';

export function FlagPage({ flagKey }: { readonly flagKey: string }): ReactNode {
  const flag = useRead<FlagView>(`/flags/${encodeURIComponent(flagKey)}`);
  const address = useAddress();
  if (flag.data !== undefined) return <Flag flag={flag.data} />;
  return (
    <div className="page">
      <p className="crumbs">
        <a href={address('flags')}>Flags</a> / <span>{flagKey}</span>
      </p>
      <h1>{flagKey}</h1>
      <Waiting of={flag} what="flag" />
    </div>
  );
}

/** Edits gather in a draft; nothing is written before its diff was looked at. */
function Flag({ flag }: { readonly flag: FlagView }): ReactNode {
  const address = useAddress();
  const rollouts = usePage<RolloutView>(`/rollouts?flag=${encodeURIComponent(flag.key)}&active=true`);
  const unfinished = useUnfinished();
  const edits = useFlagDraft(flag, unfinished.count > 0);
  const { base, draft, edit } = edits;
  useLeaveWarning(edits.isDirty);
  const [isReviewing, setReviewing] = useState(false);
  const isAskable = edits.isDirty && !edits.isOvertaken && unfinished.count === 0;
  const { problem } = useCheck(flag.key, isAskable ? patchBetween(draftOf(base), draft) : undefined);
  const problems = problem?.errors ?? [];
  return (
    <article className="page">
      <p className="crumbs">
        <a href={address('flags')}>Flags</a> / <span>{flag.key}</span>
      </p>
      <div className="page-head">
        <div className="title">
          <h1>{flag.key}</h1>
          <p className="faint">{flag.description || 'No description.'}</p>
          <p className="badges">
            <Badge>{flag.kind}</Badge>
            {flag.archived && <Badge tone="bad">archived</Badge>}
            {flag.temporary && <Badge>temporary</Badge>}
            {flag.clientSide !== 'off' && <Badge>browsers get its {flag.clientSide}</Badge>}
            {flag.owner !== undefined && <Badge>owner {flag.owner}</Badge>}
            {flag.tags.map((tag) => (
              <span key={tag} className="tag">
                {tag}
              </span>
            ))}
            <span className="faint">
              changed <Ago atMs={flag.updatedAtMs} /> · revision {flag.revision}
            </span>
          </p>
        </div>
        <span className="bar-space" />
        <FlagSwitch flag={flag} />
      </div>
      {rollouts.data?.items.map((rollout) => (
        <p key={rollout.id} className="note warn">
          A rollout owns {rollout.rule === 'fallthrough' ? 'what everyone else gets' : `the rule ${rollout.rule}`}:{' '}
          {describeState(rollout).words}. <a href={address('rollouts', rollout.id)}>Look at it</a>
        </p>
      ))}
      <div className="columns">
        <div className="stack" key={edits.round}>
          <UnfinishedFields value={unfinished.report}>
            <RuleBuilder draft={draft} flagKey={flag.key} problems={problems} onEdit={edit} />
            <VariationsEditor kind={flag.kind} draft={draft} problems={problems} onEdit={edit} />
            <FlagSettings kind={flag.kind} draft={draft} onEdit={edit} onReplace={edits.replace} />
          </UnfinishedFields>
        </div>
        <div className="stack">
          <section className="card stack">
            <h2>Do</h2>
            <p className="row">
              <a className="button primary" href={address('new-rollout', flag.key)}>
                Start a rollout
              </a>
              <a className="button" href={address('explain', flag.key)}>
                Explain a user
              </a>
              <ArchiveFlag flag={flag} />
            </p>
          </section>
          <OtherEnvironments flagKey={flag.key} />
          <FlagSchedules flag={flag} />
          <FlagUsage flagKey={flag.key} />
          <Snippets flag={flag} />
          <FlagHistory flagKey={flag.key} />
        </div>
      </div>
      {edits.isDirty && (
        <SaveBar
          edits={edits}
          flag={flag}
          unfinishedCount={unfinished.count}
          problem={problem}
          onReview={() => setReviewing(true)}
        />
      )}
      {isReviewing && (
        <ChangeReview
          base={base}
          draft={draft}
          onClose={() => setReviewing(false)}
          onSaved={(saved) => {
            setReviewing(false);
            edits.saved(saved);
          }}
          onScheduled={() => {
            setReviewing(false);
            edits.discard();
          }}
        />
      )}
    </article>
  );
}
