import type { FreezeView } from '@tidegate/protocol';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { useChange, useRead } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Instant } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';

/** While an environment is frozen no rollout rises in it; harm still kills. */
export function FreezeCard(): ReactNode {
  const { environment } = usePlace();
  const [isAsking, setAsking] = useState(false);
  const read = useRead<FreezeView>('/freeze', { everyMs: 10_000 });
  const freeze = read.data?.freeze;
  const isFrozen = freeze !== undefined && freeze !== null;
  const change = useChange(({ api, base }, reason: string) =>
    isFrozen
      ? api.send('DELETE', `${base}/freeze`)
      : api.send('PUT', `${base}/freeze`, { body: { untilMs: null, reason } }),
  );
  return (
    <section className={isFrozen ? 'note warn row' : 'card row'} aria-label="Freeze">
      <Waiting of={read} what="freeze" />
      {read.data !== undefined && (
        <>
          <span>
            {isFrozen ? (
              <>
                <strong>{environment} is frozen</strong> by {freeze.by.name} since <Instant atMs={freeze.atMs} />
                {freeze.reason !== '' && `: ${freeze.reason}`}. No rollout rises; harm still kills.
              </>
            ) : (
              `${environment} is not frozen: its rollouts rise as their plans say.`
            )}
          </span>
          <span className="bar-space" />
          <button type="button" onClick={() => setAsking(true)}>
            {isFrozen ? 'Unfreeze' : 'Freeze'}
          </button>
        </>
      )}
      {isAsking && (
        <Confirm
          title={isFrozen ? `Unfreeze ${environment}?` : `Freeze ${environment}?`}
          verb={isFrozen ? 'Unfreeze it' : 'Freeze it'}
          takesReason={!isFrozen}
          error={change.error}
          isPending={change.isPending}
          onConfirm={(reason) => change.mutate(reason, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
