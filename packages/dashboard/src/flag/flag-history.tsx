import type { HistoryEntry } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { usePage } from '../api/use-read.ts';
import { Ago } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { useAddress } from '../routing/use-route.ts';

const SHOWN_MAX = 8;

export function FlagHistory({ flagKey }: { readonly flagKey: string }): ReactNode {
  const address = useAddress();
  const history = usePage<HistoryEntry>(`/flags/${encodeURIComponent(flagKey)}/history?limit=${SHOWN_MAX}`);
  return (
    <section className="card stack" aria-labelledby="history-title">
      <div className="row">
        <h2 id="history-title">History</h2>
        <span className="bar-space" />
        <a href={address('audit', undefined, { flag: flagKey })}>All, and undo</a>
      </div>
      <Waiting of={history} what="history" />
      <ul className="history">
        {history.data?.items.map(({ revision, action, actor, reason, atMs }) => (
          <li key={revision}>
            <a href={address('audit', String(revision), { flag: flagKey })}>{action}</a> by {actor.name}
            <span className="faint">
              {' '}
              · <Ago atMs={atMs} />
            </span>
            {reason !== '' && <p className="faint">{reason}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
