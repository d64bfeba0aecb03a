import type { RolloutView } from '@tidegate/protocol/types';
import { Command } from 'cmdk';
import { type ReactNode, useState } from 'react';
import type { KnownEnvironment } from '../api/list-environments.ts';
import { useFlags } from '../api/use-flags.ts';
import { useList } from '../api/use-read.ts';
import { Dialog } from '../parts/dialog.tsx';
import { addressOf } from '../routing/route.ts';
import { go, useAddress } from '../routing/use-route.ts';
import { describeState } from '../text/describe-rollout.ts';
import { NAVIGATION } from './navigation.ts';

/** What a person reads of a list that is narrowed as they type. */
const FOUND_MAX = 12;

interface PaletteProps {
  readonly environments: readonly KnownEnvironment[];
  readonly onClose: () => void;
}

/** Everything that has an address, by its name: Ctrl+K from anywhere. */
export function Palette({ environments, onClose }: PaletteProps): ReactNode {
  const address = useAddress();
  const [search, setSearch] = useState('');
  const flags = useFlags();
  const rollouts = useList<RolloutView>('/rollouts?active=true');
  const wanted = search.trim().toLowerCase();
  const has = (text: string) => text.toLowerCase().includes(wanted);
  const visit = (where: string) => {
    onClose();
    go(where);
  };
  const foundFlags = (flags.data ?? []).filter(({ key }) => has(key)).slice(0, FOUND_MAX);
  return (
    <Dialog label="Find" className="palette" onClose={onClose}>
      <Command label="Find" shouldFilter={false}>
        <Command.Input value={search} onValueChange={setSearch} placeholder="A flag, a rollout, a page …" autoFocus />
        <Command.List>
          <Command.Empty>Nothing is called so.</Command.Empty>
          <Command.Group heading="Rollouts that run">
            {(rollouts.data ?? [])
              .filter(({ flagKey }) => has(flagKey))
              .slice(0, FOUND_MAX)
              .map((rollout) => (
                <Command.Item
                  key={rollout.id}
                  value={rollout.id}
                  onSelect={() => visit(address('rollouts', rollout.id))}
                >
                  {rollout.flagKey} <small>{describeState(rollout).words}</small>
                </Command.Item>
              ))}
          </Command.Group>
          <Command.Group heading="Flags">
            {foundFlags.map(({ key, enabled }) => (
              <Command.Item key={key} value={`flag ${key}`} onSelect={() => visit(address('flags', key))}>
                {key} <small>{enabled ? 'on' : 'off'}</small>
              </Command.Item>
            ))}
          </Command.Group>
          <Command.Group heading="Pages">
            {[...NAVIGATION, { room: 'new-rollout', title: 'New rollout' } as const]
              .filter(({ title }) => has(title))
              .map(({ room, title }) => (
                <Command.Item key={room} value={`page ${room}`} onSelect={() => visit(address(room))}>
                  {title}
                </Command.Item>
              ))}
          </Command.Group>
          <Command.Group heading="Environments">
            {environments
              .filter(({ environment }) => has(environment))
              .slice(0, FOUND_MAX)
              .map(({ environment }) => (
                <Command.Item
                  key={environment}
                  value={`environment ${environment}`}
                  onSelect={() => visit(addressOf(environment, 'flags'))}
                >
                  {environment}
                </Command.Item>
              ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}
