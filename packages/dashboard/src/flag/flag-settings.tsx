import type { FlagView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { JsonField } from '../parts/json-field.tsx';
import { LateDetails } from '../parts/late-details.tsx';
import { useTypedText } from '../parts/use-typed-text.ts';
import { findSettingsProblem } from './find-shape-problem.ts';
import type { DraftEdit, FlagDraft } from './flag-draft.ts';

interface FlagSettingsProps {
  readonly kind: FlagView['kind'];
  readonly draft: FlagDraft;
  readonly onEdit: (part: DraftEdit) => void;
  readonly onReplace: (draft: FlagDraft) => void;
}

const CLIENT_SIDE: readonly (readonly [FlagView['clientSide'], string])[] = [
  ['off', 'nothing of it'],
  ['value', 'its value, evaluated by the server'],
  ['rules', 'its rules'],
];

/** What is changed seldom: what it is for, who owns it, what browsers get; and all of it as JSON. */
export function FlagSettings({ kind, draft, onEdit, onReplace }: FlagSettingsProps): ReactNode {
  const [tags, typeTags] = useTypedText(draft.tags, (each) => each.join(', '));
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
              const typed = event.target.value
                .split(',')
                .map((tag) => tag.trim())
                .filter(Boolean);
              typeTags(event.target.value, typed);
              onEdit({ tags: typed });
            }}
          />
        </label>
        <label className="field">
          Owner
          <input
            value={draft.owner ?? ''}
            onChange={(event) => onEdit({ owner: event.target.value === '' ? undefined : event.target.value })}
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
        <LateDetails summary="All of it as JSON: also what this page has no fields for">
          <JsonField
            label="Settings as JSON"
            value={draft}
            check={(value) => findSettingsProblem(kind, value)}
            // The check proves it.
            onEdit={(value) => onReplace(value as unknown as FlagDraft)}
          />
        </LateDetails>
      </div>
    </details>
  );
}
