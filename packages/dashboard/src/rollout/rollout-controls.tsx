import type { RolloutView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange } from '../api/use-read.ts';
import { Confirm } from '../parts/confirm.tsx';
import { formatPercent } from '../text/format.ts';
import {
  COMMAND_KEYS,
  COMMAND_MEANINGS,
  COMMAND_WORDS,
  type CommandName,
  commandsOf,
  LOWERING,
} from './commands-of.ts';
import { useHotKeys } from './use-hot-keys.ts';

interface Order {
  readonly name: CommandName;
  readonly reason: string;
}

/** Every command that makes sense now, each asked once more. What one needs in a hurry has a key. */
export function RolloutControls({ rollout }: { readonly rollout: RolloutView }): ReactNode {
  const [asked, setAsked] = useState<CommandName>();
  const commands = commandsOf(rollout);
  const order = useChange(({ api, base }, { name, reason }: Order) =>
    api.send<RolloutView>('POST', `${base}/rollouts/${rollout.id}/${name}`, {
      body: { reason, ...(name === 'unfreeze' || name === 'retry' ? { acceptRisk: true } : {}) },
    }),
  );
  const ask = (name: CommandName) => {
    order.reset();
    setAsked(name);
  };
  useHotKeys((key) => {
    const meant = commands.find((name) => COMMAND_KEYS[name] === key);
    if (meant !== undefined) ask(meant);
    return meant !== undefined;
  });
  return (
    <div className="row">
      {commands.map((name) => (
        <button
          key={name}
          type="button"
          className={name === 'abort' ? 'danger kill' : name === 'approve' ? 'primary' : ''}
          aria-keyshortcuts={COMMAND_KEYS[name]}
          onClick={() => ask(name)}
        >
          {COMMAND_WORDS[name]} {COMMAND_KEYS[name] !== undefined && <kbd>{COMMAND_KEYS[name]}</kbd>}
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
