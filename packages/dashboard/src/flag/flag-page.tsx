import type { FlagView, RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePage, useRead } from '../api/use-read.ts';
import { Badge } from '../parts/badge.tsx';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { useAddress } from '../routing/use-route.ts';
import { describeState } from '../text/describe-rollout.ts';
import { ArchiveFlag } from './archive-flag.tsx';
import { ChangeReview } from './change-review.tsx';
import { draftOf, type FlagDraft, isSame } from './flag-draft.ts';
import { FlagHistory } from './flag-history.tsx';
import { FlagSettings } from './flag-settings.tsx';
import { FlagSwitch } from './flag-switch.tsx';
import { FlagUsage } from './flag-usage.tsx';
import { RuleBuilder } from './rule-builder.tsx';
import { Snippets } from './snippets.tsx';
import { VariationsEditor } from './variations-editor.tsx';

export function FlagPage({ flagKey }: { readonly flagKey: string }): ReactNode {
  const flag = useRead<FlagView>(`/flags/${encodeURIComponent(flagKey)}`);
  if (flag.data === undefined) return <Waiting of={flag} what="flag" />;
  return <Flag flag={flag.data} />;
}

/** Edits gather in a draft; nothing is written before its diff was looked at. */
function Flag({ flag }: { readonly flag: FlagView }): ReactNode {
  const address = useAddress();
  const rollouts = usePage<RolloutView>(`/rollouts?flag=${encodeURIComponent(flag.key)}&active=true`);
  const [base, setBase] = useState(flag);
  const [draft, setDraft] = useState(() => draftOf(flag));
  const [isReviewing, setReviewing] = useState(false);
  const isDirty = !isSame(draft, draftOf(base));
  // What others change is taken over as it comes, unless it would go under what is typed here.
  if (flag.revision !== base.revision && !isDirty) {
    setBase(flag);
    setDraft(draftOf(flag));
  }
  const edit = (part: Partial<FlagDraft>) => setDraft((now) => ({ ...now, ...part }));
  const isOvertaken = flag.revision !== base.revision;
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
        <div className="stack">
          <RuleBuilder draft={draft} flagKey={flag.key} onEdit={edit} />
          <VariationsEditor kind={flag.kind} draft={draft} onEdit={edit} />
          <FlagSettings draft={draft} onEdit={edit} />
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
          <FlagUsage flagKey={flag.key} />
          <Snippets flag={flag} />
          <FlagHistory flagKey={flag.key} />
        </div>
      </div>
      {isDirty && (
        <div className="save-bar" role="status">
          <span>
            {isOvertaken
              ? 'Somebody changed this flag since you began. Saving would be refused: begin again from what it is now, or keep your edits on top of it.'
              : 'Changes that are not saved yet.'}
          </span>
          <span className="bar-space" />
          <button
            type="button"
            onClick={() => {
              setBase(flag);
              setDraft(draftOf(flag));
            }}
          >
            {isOvertaken ? 'Begin again' : 'Discard'}
          </button>
          {isOvertaken && (
            <button type="button" onClick={() => setBase(flag)}>
              Keep mine
            </button>
          )}
          <button type="button" className="primary" onClick={() => setReviewing(true)}>
            Review and save
          </button>
        </div>
      )}
      {isReviewing && (
        <ChangeReview
          base={base}
          draft={draft}
          onClose={() => setReviewing(false)}
          onSaved={(saved) => {
            setReviewing(false);
            setBase(saved);
            setDraft(draftOf(saved));
          }}
        />
      )}
    </article>
  );
}
