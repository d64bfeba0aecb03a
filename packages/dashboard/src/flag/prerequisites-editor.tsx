import type { Prerequisite } from '@tidegate/evaluation';
import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useFlags } from '../api/use-flags.ts';
import { useRead } from '../api/use-read.ts';
import { Loading } from '../parts/loading.tsx';
import { NamePicker } from '../parts/name-picker.tsx';
import { useAddress } from '../routing/use-route.ts';

interface PrerequisitesEditorProps {
  readonly flagKey: string;
  readonly prerequisites: readonly Prerequisite[];
  readonly onEdit: (prerequisites: readonly Prerequisite[]) => void;
}

/** Other flags that must serve certain variations before this one asks its rules. */
export function PrerequisitesEditor({ flagKey, prerequisites, onEdit }: PrerequisitesEditorProps): ReactNode {
  const [isAdding, setAdding] = useState(false);
  const taken = [flagKey, ...prerequisites.map(({ flag }) => flag)];
  return (
    <div className="stack">
      {prerequisites.map((prerequisite, index) => (
        <PrerequisiteRow
          key={prerequisite.flag}
          prerequisite={prerequisite}
          onEdit={(next) => onEdit(prerequisites.with(index, next))}
          onRemove={() => onEdit(prerequisites.toSpliced(index, 1))}
        />
      ))}
      <div className="row">
        {isAdding ? (
          <FlagPicker
            taken={taken}
            onPick={(flag, variations) => {
              setAdding(false);
              onEdit([...prerequisites, { flag, variations }]);
            }}
          />
        ) : (
          <button type="button" className="small" onClick={() => setAdding(true)}>
            + prerequisite
          </button>
        )}
        {prerequisites.length === 0 && !isAdding && <span className="faint">No other flag is asked first.</span>}
      </div>
    </div>
  );
}

interface FlagPickerProps {
  readonly taken: readonly string[];
  readonly onPick: (flag: string, variations: readonly string[]) => void;
}

export function FlagPicker({ taken, onPick }: FlagPickerProps): ReactNode {
  const flags = useFlags();
  if (flags.data === undefined) return <Loading what="flags" />;
  return (
    <NamePicker
      label="Flag that is asked first"
      value=""
      placeholder="Search a flag"
      autoFocus
      names={flags.data.map(({ key }) => key).filter((key) => !taken.includes(key))}
      onPick={(key) => {
        const last = flags.data.find((flag) => flag.key === key)?.variations.at(-1)?.key;
        onPick(key, last === undefined ? [] : [last]);
      }}
    />
  );
}

interface PrerequisiteRowProps {
  readonly prerequisite: Prerequisite;
  readonly onEdit: (prerequisite: Prerequisite) => void;
  readonly onRemove?: (() => void) | undefined;
}

/** One flag, and which of its variations will do. */
export function PrerequisiteRow({ prerequisite, onEdit, onRemove }: PrerequisiteRowProps): ReactNode {
  const { flag: key, variations } = prerequisite;
  const address = useAddress();
  const flag = useRead<FlagView>(`/flags/${encodeURIComponent(key)}`);
  const offered = new Set([...(flag.data?.variations.map((variation) => variation.key) ?? []), ...variations]);
  return (
    <fieldset className="row prerequisite">
      <legend className="hidden">Variations of {key} that will do</legend>
      <a href={address('flags', key)}>{key}</a>
      <span className="word">is</span>
      {[...offered].map((variation) => (
        <label key={variation} className="check">
          <input
            type="checkbox"
            checked={variations.includes(variation)}
            onChange={(event) =>
              onEdit({
                flag: key,
                // In the flag's own order, whichever was ticked first.
                variations: [...offered].filter((each) =>
                  each === variation ? event.target.checked : variations.includes(each),
                ),
              })
            }
          />
          {variation}
        </label>
      ))}
      {flag.error !== null && <span className="flaw">{flag.error.message}</span>}
      <span className="bar-space" />
      {onRemove !== undefined && (
        <button type="button" className="small quiet" aria-label={`Remove the flag ${key}`} onClick={onRemove}>
          ×
        </button>
      )}
    </fieldset>
  );
}
