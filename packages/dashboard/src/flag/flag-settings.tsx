import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { JsonField } from '../parts/json-field.tsx';
import type { FlagDraft } from './flag-draft.ts';

interface FlagSettingsProps {
  readonly draft: FlagDraft;
  readonly onEdit: (part: Partial<FlagDraft>) => void;
}

const CLIENT_SIDE: readonly (readonly [FlagView['clientSide'], string])[] = [
  ['off', 'nothing of it'],
  ['value', 'its value, evaluated by the server'],
  ['rules', 'its rules'],
];

/** What is changed seldom: who owns it, what browsers get, targets and prerequisites. */
export function FlagSettings({ draft, onEdit }: FlagSettingsProps): ReactNode {
  const [tags, setTags] = useState(draft.tags.join(', '));
  return (
    <details className="card">
      <summary>
        <h2>Settings</h2>
      </summary>
      <div className="stack">
        <label className="field">
          Description
          <input value={draft.description} onChange={(event) => onEdit({ description: event.target.value })} />
        </label>
        <label className="field">
          Tags, with commas between them
          <input
            value={tags}
            onChange={(event) => {
              setTags(event.target.value);
              onEdit({
                tags: event.target.value
                  .split(',')
                  .map((tag) => tag.trim())
                  .filter(Boolean),
              });
            }}
          />
        </label>
        <label className="field">
          Browsers may have
          <select
            value={draft.clientSide}
            onChange={(event) =>
              onEdit({ clientSide: CLIENT_SIDE.find(([value]) => value === event.target.value)?.[0] ?? 'off' })
            }
          >
            {CLIENT_SIDE.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={draft.temporary}
            onChange={(event) => onEdit({ temporary: event.target.checked })}
          />
          Temporary: it should be gone once it is rolled out
        </label>
        <JsonField
          label="Targets: units by name, before any rule"
          isLabelShown
          value={draft.targets}
          onEdit={(targets) => onEdit({ targets: targets as unknown as FlagDraft['targets'] })}
        />
        <JsonField
          label="Prerequisites: other flags that must serve certain variations"
          isLabelShown
          value={draft.prerequisites}
          onEdit={(prerequisites) => onEdit({ prerequisites: prerequisites as unknown as FlagDraft['prerequisites'] })}
        />
      </div>
    </details>
  );
}
