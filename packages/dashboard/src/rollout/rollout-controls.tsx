import type { RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useCallback, useState } from 'react';
import { useChange } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';
import { formatPercent } from '../text/format.ts';
import { COMMAND_MEANINGS, COMMAND_WORDS, type CommandName, commandsOf, LOWERING } from './commands-of.ts';
import { useHotKey } from './use-hot-key.ts';

interface Order {
  readonly name: CommandName;
  readonly reason: string;
}

/** Every command that makes sense now, each asked once more. `k` asks for the kill. */
export function RolloutControls({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const [asked, setAsked] = useState<CommandName>();
  const commands = commandsOf(rollout);
  const isKillable = commands.includes('abort');
  const order = useChange(({ api, base }, { name, reason }: Order) =>
    api.send<RolloutView>('POST', `${base}/rollouts/${rollout.id}/${name}`, {
      body: { reason, ...(name === 'unfreeze' || name === 'retry' ? { acceptRisk: true } : {}) },
    }),
  );
  const ask = useCallback(
    (name: CommandName) => {
      order.reset();
      setAsked(name);
    },
    [order.reset],
  );
  useHotKey(
    'k',
    isKillable,
    useCallback(() => ask('abort'), [ask]),
  );
  return (
    <div className="row">
      {commands.map((name) => (
        <button
          key={name}
          type="button"
          className={name === 'abort' ? 'danger kill' : name === 'approve' ? 'primary' : ''}
          aria-keyshortcuts={name === 'abort' ? 'k' : undefined}
          onClick={() => ask(name)}
        >
          {COMMAND_WORDS[name]} {name === 'abort' && <kbd>k</kbd>}
        </button>
      ))}
      {asked !== undefined && (
        <Confirm
          title={
            asked === 'abort'
              ? `Kill the rollout of ${rollout.flagKey}?`
              : `${COMMAND_WORDS[asked]}: ${rollout.flagKey}`
          }
          verb={asked === 'abort' ? 'Kill it' : COMMAND_WORDS[asked]}
          tone={LOWERING.has(asked) ? 'danger' : 'primary'}
          error={order.error}
          isPending={order.isPending}
          onConfirm={(reason) => order.mutate({ name: asked, reason }, { onSuccess: () => setAsked(undefined) })}
          onClose={() => setAsked(undefined)}
        >
          <p>{COMMAND_MEANINGS[asked]}</p>
          <p className="faint">
            Now {formatPercent(rollout.treatmentPpm)} get {rollout.plan.treatment}.
          </p>
        </Confirm>
      )}
    </div>
  );
}
