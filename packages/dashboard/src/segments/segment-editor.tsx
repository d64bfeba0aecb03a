import type { SegmentView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange } from '../api/use-read.ts';
import { ConditionEditor } from '../flag/condition-editor.tsx';
import { patchBetween } from '../flag/merge-patch.ts';
import { Dialog } from '../parts/dialog.tsx';
import { OvertakenNote } from '../parts/overtaken-note.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { UnfinishedFields, useUnfinished } from '../parts/unfinished.ts';
import { useTypedText } from '../parts/use-typed-text.ts';
import { useAddress } from '../routing/use-route.ts';

interface SegmentEditorProps {
  readonly segment: SegmentView;
  readonly onClose: () => void;
}

type Settings = Pick<SegmentView, 'description' | 'included' | 'excluded' | 'condition'>;

/** Longer lists are changed by REST or the command line, which send what joins and leaves instead of the list. */
const KEYS_EDITED_MAX = 2_000;

export function SegmentEditor({ segment, onClose }: SegmentEditorProps): ReactNode {
  const address = useAddress();
  const [base, setBase] = useState(segment);
  const [draft, setDraft] = useState(() => settingsOf(segment));
  const [reason, setReason] = useState('');
  const unfinished = useUnfinished();
  const isLong = base.included.length > KEYS_EDITED_MAX || base.excluded.length > KEYS_EDITED_MAX;
  const isOvertaken = segment.revision > base.revision;
  const edit = (part: Partial<Settings>) => setDraft({ ...draft, ...part });
  const save = useChange(({ api, base: at }, why: string) =>
    api.send('PATCH', `${at}/segments/${encodeURIComponent(base.key)}?reason=${encodeURIComponent(why)}`, {
      body: patchBetween(settingsOf(base), draft),
      ifMatch: base.revision,
    }),
  );
  return (
    <Dialog label={`Segment ${base.key}`} className="wide" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(reason.trim(), { onSuccess: onClose });
        }}
      >
        <div className="row">
          <h2>Segment {base.key}</h2>
          <span className="bar-space" />
          <a href={address('audit', undefined, { segment: base.key })}>History, and undo</a>
        </div>
        <label className="field">
          Description
          <input value={draft.description} onChange={(event) => edit({ description: event.target.value })} />
        </label>
        {isLong ? (
          <p className="note">
            Its lists are too long to edit here: change them by REST or with flags as code (<code>tidegate apply</code>
            ).
          </p>
        ) : (
          <div className="fields">
            <KeysField
              label={`Included ${base.unit ?? 'targetingKey'}s, one a line`}
              keys={draft.included}
              onEdit={(included) => edit({ included })}
            />
            <KeysField
              label="Excluded, which goes first"
              keys={draft.excluded}
              onEdit={(excluded) => edit({ excluded })}
            />
          </div>
        )}
        <h3>And whoever this holds for</h3>
        <UnfinishedFields value={unfinished.report}>
          <ConditionEditor isOfSegment condition={draft.condition} onEdit={(condition) => edit({ condition })} />
        </UnfinishedFields>
        <label className="field">
          Reason, for the audit log
          <input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={500} />
        </label>
        {isOvertaken && (
          <OvertakenNote
            before={settingsOf(base)}
            now={settingsOf(segment)}
            onKeepMine={() => {
              setDraft(onTopOf(settingsOf(base), { mine: draft, theirs: settingsOf(segment) }));
              setBase(segment);
            }}
          />
        )}
        <ProblemNote error={save.error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={save.isPending || isOvertaken || unfinished.count > 0}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface KeysFieldProps {
  readonly label: string;
  readonly keys: readonly string[];
  readonly onEdit: (keys: readonly string[]) => void;
}

function KeysField({ label, keys, onEdit }: KeysFieldProps): ReactNode {
  const [text, type] = useTypedText(keys, (each) => each.join('\n'));
  return (
    <label className="field">
      {label}
      <textarea
        rows={6}
        value={text}
        spellCheck={false}
        onChange={(event) => {
          const typed = linesIn(event.target.value);
          type(event.target.value, typed);
          onEdit(typed);
        }}
      />
    </label>
  );
}

function settingsOf({ description, included, excluded, condition }: SegmentView): Settings {
  return { description, included, excluded, condition };
}

/** What I did not touch is as they made it. */
function onTopOf(base: Settings, { mine, theirs }: { readonly mine: Settings; readonly theirs: Settings }): Settings {
  const isMine = (name: keyof Settings) => JSON.stringify(mine[name]) !== JSON.stringify(base[name]);
  return {
    description: isMine('description') ? mine.description : theirs.description,
    included: isMine('included') ? mine.included : theirs.included,
    excluded: isMine('excluded') ? mine.excluded : theirs.excluded,
    condition: isMine('condition') ? mine.condition : theirs.condition,
  };
}

function linesIn(text: string): readonly string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
}
