import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { useChange } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

/** One big switch. In a critical environment it asks once more, and takes a reason. */
export function FlagSwitch({ flag }: { readonly flag: FlagView }): ReactNode {
  const { environment, isCritical } = usePlace();
  const [isAsking, setAsking] = useState(false);
  const toggle = useChange(({ api, base }, reason: string) =>
    api.send<FlagView>('POST', `${base}/flags/${encodeURIComponent(flag.key)}/toggle`, {
      body: { enabled: !flag.enabled, reason },
      ifMatch: flag.revision,
    }),
  );
  return (
    <div className="flag-switch">
      <button
        type="button"
        role="switch"
        aria-checked={flag.enabled}
        aria-label={`${flag.key} in ${environment}`}
        disabled={flag.archived || toggle.isPending}
        onClick={() => (isCritical ? setAsking(true) : toggle.mutate(''))}
      >
        <span className="knob" />
        <span>{flag.enabled ? 'On' : 'Off'}</span>
      </button>
      {!isAsking && <ProblemNote error={toggle.error} />}
      {isAsking && (
        <Confirm
          title={`Switch ${flag.key} ${flag.enabled ? 'off' : 'on'}?`}
          verb={flag.enabled ? 'Switch it off' : 'Switch it on'}
          tone={flag.enabled ? 'danger' : 'primary'}
          error={toggle.error}
          isPending={toggle.isPending}
          onConfirm={(reason) => toggle.mutate(reason, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <p>
            {flag.enabled
              ? `Everybody gets ${flag.offVariation} at once.`
              : 'Its rules decide from then on, for everybody.'}
          </p>
        </Confirm>
      )}
    </div>
  );
}
