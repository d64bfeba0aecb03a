import { useQuery } from '@tanstack/react-query';
import type { ChangeView, FlagView, HistoryEntry, PageOf } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { useChange, useRead } from '../api/use-read.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { isRamping } from '../flags/filter-flags.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Loading, Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { go, useAddress } from '../routing/use-route.ts';
import { formatInstantFully } from '../text/format.ts';

interface Change extends ChangeView {
  readonly document?: unknown;
}

interface ChangeDetailProps {
  readonly revision: number;
  /** Where one comes from. */
  readonly back: string;
}

const PLURALS: Readonly<Record<string, string>> = { flag: 'flags', segment: 'segments', metric: 'metrics' };

/** One change side by side with what was before, and the ways back: before it, and to it. */
export function ChangeDetail({ revision, back }: ChangeDetailProps): ReactNode {
  const change = useRead<PageOf<Change>>(`/changes?after=${revision - 1}&limit=1&documents=true`);
  const found = change.data?.items[0];
  return (
    <Dialog label={`Revision ${revision}`} className="wide" onClose={() => go(back)}>
      <Waiting of={change} what="change" />
      {change.data !== undefined && found?.revision !== revision && <p>There is no revision {revision}.</p>}
      {found?.revision === revision && <Detail change={found} back={back} />}
    </Dialog>
  );
}

function Detail({ change, back }: { readonly change: Change; readonly back: string }): ReactNode {
  const { api, base, environment, isCritical } = usePlace();
  const to = useAddress();
  const [reason, setReason] = useState('');
  const address = `/${PLURALS[change.kind] ?? ''}/${encodeURIComponent(change.key)}`;
  const before = useQuery({
    queryKey: [environment, 'before', change.key, change.revision],
    queryFn: () => readBefore(api.get.bind(api), base + address, { base, change }),
  });
  const now = useRead<FlagView>(address);
  const restore = useChange(({ api: by, base: at }, to: number) =>
    by.send('POST', `${at}${address}/restore`, {
      body: { revision: to, reason: reason.trim() || `back to revision ${to}` },
      ifMatch: now.data?.revision ?? 0,
    }),
  );
  const isNewest = now.data?.revision === change.revision;
  const [isAgainstNow, setAgainstNow] = useState(false);
  const isShownAgainstNow = isAgainstNow && !isNewest;
  const after = change.archived ? undefined : change.document;
  const done = { onSuccess: () => go(back) };
  return (
    <div className="stack">
      <h2>
        {change.kind} {change.key}: {change.action}
      </h2>
      <p className="faint">
        Revision {change.revision} · {formatInstantFully(change.atMs)} · by {change.actor.name}
        {change.reason !== '' && ` · ${change.reason}`}
      </p>
      {!isNewest && now.data !== undefined && (
        <fieldset className="choice">
          <legend className="hidden">Side by side</legend>
          {[false, true].map((againstNow) => (
            <label key={String(againstNow)}>
              <input
                type="radio"
                name="sides"
                checked={isAgainstNow === againstNow}
                onChange={() => setAgainstNow(againstNow)}
              />
              <span>{againstNow ? 'Then and now' : 'What it changed'}</span>
            </label>
          ))}
        </fieldset>
      )}
      {before.isPending ? (
        <Loading what="document before" />
      ) : isShownAgainstNow ? (
        <DiffView
          before={after}
          after={documentOf(now.data)}
          titles={[`Revision ${change.revision}`, `Now, revision ${now.data?.revision ?? '?'}`]}
        />
      ) : (
        <DiffView
          before={before.data?.document}
          after={after}
          titles={[
            before.data === null ? 'Nothing' : `Revision ${before.data?.revision ?? '?'}`,
            `Revision ${change.revision}`,
          ]}
        />
      )}
      <Unrestorable change={change} before={before.data} />
      <ProblemNote error={before.error ?? restore.error} />
      {isCritical && (
        <p className="note critical-note">
          In <strong>{environment}</strong>
        </p>
      )}
      <label className="field">
        Reason, for the audit log
        <input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
      </label>
      <div className="actions">
        <button type="button" onClick={() => go(back)}>
          Close
        </button>
        {change.kind === 'flag' && (
          <a className="button" href={to('explain', change.key, { revision: String(change.revision) })}>
            Explain a user as of then
          </a>
        )}
        {!isNewest && isRestorable(change) && (
          <button
            type="button"
            disabled={restore.isPending || now.data === undefined}
            onClick={() => restore.mutate(change.revision, done)}
          >
            Restore this
          </button>
        )}
        {before.data !== undefined && before.data !== null && isRestorable(before.data) && (
          <button
            type="button"
            className="primary"
            disabled={restore.isPending || now.data === undefined}
            onClick={() => restore.mutate(before.data?.revision ?? 0, done)}
          >
            {isNewest ? 'Undo' : `Restore what was before (${before.data.revision})`}
          </button>
        )}
      </div>
    </div>
  );
}

/** Why one of the two states cannot come back, where it cannot. */
function Unrestorable({
  change,
  before,
}: {
  readonly change: Change;
  readonly before: Change | null | undefined;
}): ReactNode {
  const reasons = [
    before === null && `There was no ${change.kind} ${change.key} before. To take it back, archive it.`,
    change.archived && `An archived ${change.kind} comes back as what it was before.`,
    servesRollout(change) && `Revision ${change.revision} cannot come back: a rollout decided then. Start another one.`,
    before != null &&
      servesRollout(before) &&
      `Revision ${before.revision} cannot come back: a rollout decided then. Start another one.`,
  ].filter((reason) => reason !== false);
  return reasons.map((reason) => (
    <p key={reason} className="faint">
      {reason}
    </p>
  ));
}

function isRestorable(change: Change): boolean {
  return !change.archived && !servesRollout(change);
}

/** What a rollout serves is its controller's to say: the server refuses to bring it back. */
function servesRollout({ kind, document }: Change): boolean {
  // What the log has of a flag is a flag.
  return kind === 'flag' && isRamping(document as FlagView);
}

/** A document as the log has it, without what the server adds when it shows one. */
function documentOf(view: FlagView | undefined): unknown {
  if (view === undefined || view.archived) return undefined;
  const { updatedAtMs, revision, archived, ...document } = view;
  return document;
}

/** The document as the change found it; null where there was none. */
async function readBefore(
  get: <Body>(path: string) => Promise<Body>,
  document: string,
  { base, change }: { readonly base: string; readonly change: Change },
): Promise<Change | null> {
  const history = await get<PageOf<HistoryEntry>>(`${document}/history?after=${change.revision}&limit=1`);
  const previous = history.items[0];
  if (previous === undefined) return null;
  const page = await get<PageOf<Change>>(`${base}/changes?after=${previous.revision - 1}&limit=1&documents=true`);
  return page.items[0] ?? null;
}
