import type { Condition } from '@tidegate/evaluation';
import type { SegmentView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { useChange } from '../api/use-read.ts';
import { ConditionEditor } from '../flag/condition-editor.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';

interface SegmentEditorProps {
  readonly segment: SegmentView;
  readonly onClose: () => void;
}

/** Longer lists are changed by REST or the command line, which send what joins and leaves instead of the list. */
const KEYS_EDITED_MAX = 2_000;

export function SegmentEditor({ segment, onClose }: SegmentEditorProps): ReactNode {
  const [base] = useState(segment);
  const [included, setIncluded] = useState(base.included.join('\n'));
  const [excluded, setExcluded] = useState(base.excluded.join('\n'));
  const [condition, setCondition] = useState<Condition>(base.condition);
  const [description, setDescription] = useState(base.description);
  const isLong = base.included.length > KEYS_EDITED_MAX || base.excluded.length > KEYS_EDITED_MAX;
  const save = useChange(({ api, base: at }, patch: object) =>
    api.send('PATCH', `${at}/segments/${encodeURIComponent(base.key)}`, { body: patch, ifMatch: base.revision }),
  );
  return (
    <Dialog label={`Segment ${base.key}`} className="wide" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          const lists = isLong ? {} : { included: linesIn(included), excluded: linesIn(excluded) };
          // A condition is told by which members it has: those of the old one that it has not must go.
          const gone = Object.keys(base.condition).filter((name) => !(name in condition));
          const members = { ...condition, ...Object.fromEntries(gone.map((name) => [name, null])) };
          save.mutate({ description, condition: members, ...lists }, { onSuccess: onClose });
        }}
      >
        <h2>Segment {base.key}</h2>
        <label className="field">
          Description
          <input value={description} onChange={(event) => setDescription(event.target.value)} />
        </label>
        {isLong ? (
          <p className="note">
            Its lists are too long to edit here: change them by REST or with <code>npx tidegate segments</code>.
          </p>
        ) : (
          <div className="fields">
            <label className="field">
              Included {base.unit ?? 'targetingKey'}s, one a line
              <textarea
                rows={6}
                value={included}
                spellCheck={false}
                onChange={(event) => setIncluded(event.target.value)}
              />
            </label>
            <label className="field">
              Excluded, which goes first
              <textarea
                rows={6}
                value={excluded}
                spellCheck={false}
                onChange={(event) => setExcluded(event.target.value)}
              />
            </label>
          </div>
        )}
        <h3>And whoever this holds for</h3>
        <ConditionEditor condition={condition} onEdit={setCondition} />
        <ProblemNote error={save.error} />
        <div className="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={save.isPending}>
            Save
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function linesIn(text: string): readonly string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean);
}
