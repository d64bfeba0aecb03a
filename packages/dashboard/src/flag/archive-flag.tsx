import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';

export function ArchiveFlag({ flag }: { readonly flag: FlagView }): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const archive = useChange(({ api, base }, reason: string) =>
    api.send('POST', `${base}/flags/${encodeURIComponent(flag.key)}/archive`, {
      body: { reason },
      ifMatch: flag.revision,
    }),
  );
  if (flag.archived) return null;
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        Archive
      </button>
      {isAsking && (
        <Confirm
          title={`Archive ${flag.key}?`}
          verb="Archive it"
          tone="danger"
          error={archive.error}
          isPending={archive.isPending}
          onConfirm={(reason) => archive.mutate(reason, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <p>Applications that still ask for it get their own defaults. It can be restored from the audit page.</p>
        </Confirm>
      )}
    </>
  );
}
