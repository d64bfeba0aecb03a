import type { ReactNode } from 'react';
import type { KnownEnvironment } from '../api/list-environments.ts';
import { usePlace } from '../api/place.ts';
import { addressOf, type Room } from '../routing/route.ts';
import { go } from '../routing/use-route.ts';

interface EnvironmentSwitchProps {
  readonly environments: readonly KnownEnvironment[];
  readonly room: Room;
}

/** Goes to the same room of another environment. A critical one has a colour of its own, and says so. */
export function EnvironmentSwitch({ environments, room }: EnvironmentSwitchProps): ReactNode {
  const { environment, isCritical } = usePlace();
  return (
    <span className="environment">
      <select
        aria-label="Environment"
        value={environment}
        onChange={(event) => go(addressOf(event.target.value, room))}
      >
        {environments.map(({ environment: name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {isCritical && <span className="critical-word">critical</span>}
    </span>
  );
}
