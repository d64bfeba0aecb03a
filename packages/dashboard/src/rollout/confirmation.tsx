import type { ConnectionView, PageOf, RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useRead } from '../api/use-read.ts';
import { formatCount } from '../text/format.ts';

/** SDKs that are named while they lag behind. */
const NAMED_MAX = 5;
const EVERY_MS = 1_000;

/** How many SDKs answer from what was last published: what one watches after a kill. */
export function ConfirmationNote({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const { confirmation, state } = rollout;
  const isKill = state.kind === 'aborting' || state.kind === 'rolledBack';
  const isComplete = confirmation === null || confirmation.confirmedCount >= confirmation.connectedCount;
  const connections = useRead<PageOf<ConnectionView>>('/connections', {
    everyMs: EVERY_MS,
    enabled: !isComplete,
  });
  if (confirmation === null) return null;
  const { confirmedCount, connectedCount, revision } = confirmation;
  const late = (connections.data?.items ?? []).filter(({ appliedRevision }) => appliedRevision < revision);
  return (
    <div className={isComplete ? (isKill ? 'note good' : 'note') : 'note warn'} role="status">
      <p>
        <strong>
          {connectedCount === 0
            ? 'No SDK is connected'
            : `${formatCount(confirmedCount)} of ${formatCount(connectedCount)} SDKs have it`}
        </strong>
        {isKill ? ': control for everyone' : ''} <span className="faint">· revision {revision}</span>
      </p>
      {!isComplete && late.length > 0 && (
        <p className="faint">
          Still on their way:{' '}
          {late
            .slice(0, NAMED_MAX)
            .map(({ instance }) => instance)
            .join(', ')}
          {late.length > NAMED_MAX ? ` and ${late.length - NAMED_MAX} more` : ''}
        </p>
      )}
    </div>
  );
}
