import type { NoticeView } from '@tidegate/protocol';
import type { PageOf, RolloutView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useChange, useRead } from '../api/use-read.ts';
import { Badge, type Tone } from '../parts/badge.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Instant } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

const SHOWN_MAX = 30;
const EVERY_MS = 5_000;
const TONES: Readonly<Record<NoticeView['state'], Tone>> = { waiting: 'warn', sent: 'good', 'given-up': 'bad' };
const WORDS: Readonly<Record<NoticeView['state'], string>> = {
  waiting: 'on its way',
  sent: 'took it',
  'given-up': 'given up',
};

/** Who was told of the rollout, and who took it: channels of the environment and hooks of the plan. */
export function ToldCard({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const notices = useRead<PageOf<NoticeView>>(
    `/notices?rollout=${encodeURIComponent(rollout.id)}&limit=${SHOWN_MAX}#${rollout.version}`,
    { everyMs: EVERY_MS },
  );
  const resend = useChange(({ api, base }, number: number) => api.send('POST', `${base}/notices/${number}/resend`));
  const items = notices.data?.items ?? [];
  const lost = items.filter(({ state }) => state === 'given-up').length;
  return (
    <details className="card">
      <summary>
        <h2>Who was told</h2> <span className="faint">{heardWords(notices.data)}</span>{' '}
        {lost > 0 && <Badge tone="bad">{lost} given up</Badge>}
      </summary>
      <div className="stack">
        <Waiting of={notices} what="notices" />
        <ProblemNote error={resend.error} />
        {notices.data !== undefined && items.length === 0 && (
          <p className="faint">The environment has no channel that hears of it, and the plan no hook.</p>
        )}
        {items.length > 0 && (
          <DataTable
            caption="Notices, newest first"
            rows={items}
            keyOf={({ number }) => String(number)}
            columns={[
              { title: 'When', cell: ({ createdAtMs }) => <Instant atMs={createdAtMs} /> },
              { title: 'To', cell: ({ target }) => <code>{target}</code> },
              { title: 'What', kind: 'wide', cell: ({ notice }) => notice.title },
              {
                title: 'And',
                cell: ({ state, tries }) => (
                  <>
                    <Badge tone={TONES[state]}>{WORDS[state]}</Badge>
                    {tries > 1 && <span className="faint"> {tries} tries</span>}
                  </>
                ),
              },
              { title: 'Failure', kind: 'wide', cell: ({ failure }) => failure ?? '' },
              {
                title: 'Again',
                cell: ({ number, state }) =>
                  state === 'given-up' && (
                    <button
                      type="button"
                      className="small"
                      disabled={resend.isPending}
                      onClick={() => resend.mutate(number)}
                    >
                      Send again
                    </button>
                  ),
              },
            ]}
          />
        )}
      </div>
    </details>
  );
}

function heardWords(page: PageOf<NoticeView> | undefined): string {
  const count = page?.items.length ?? 0;
  if (count === 0) return 'nobody';
  if (page?.next !== null) return `the newest ${count} notices`;
  return count === 1 ? '1 notice' : `${count} notices`;
}
