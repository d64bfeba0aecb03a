import type { ReactNode } from 'react';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { DeadlineFields, ListFields, PickField, TextField, WordField } from './plan-fields.tsx';
import { itemsAt, textAt } from './plan-text.ts';
import { duration } from './plan-words.ts';

const FIRST_GATE = { name: 'no-incident', before: 'advance', url: 'https://', secret: '' };

/** Whose yes a step waits for, by a signed webhook. */
export function AskedSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const names = itemsAt(draft.plan, ['gates']).map((gate) => textAt(gate, ['name']));
  return (
    <MoreSection
      draft={draft}
      title="Who is asked before a step"
      now={names.length === 0 ? 'nobody' : names.join(', ')}
      docs="gates#gates"
      members={['gates']}
    >
      <p className="faint">
        A gate is somebody else’s yes, asked for by a signed webhook. Nothing that lowers exposure waits for one. People
        are asked by the approval of a stage.
      </p>
      <ListFields draft={draft} path={['gates']} what="gate" fresh={FIRST_GATE}>
        {(path) => (
          <>
            <div className="fields">
              <TextField draft={draft} path={[...path, 'name']} label="Name" placeholder="no-incident" />
              <PickField
                draft={draft}
                path={[...path, 'before']}
                label="Asked before"
                isNeeded
                options={[
                  ['start', 'the first stage'],
                  ['advance', 'each later rise'],
                  ['last-stage', 'the last rise'],
                  ['success', 'the end of the bake'],
                ]}
              />
              <TextField
                draft={draft}
                path={[...path, 'secret']}
                label="Signed with the secret"
                placeholder="a name of TIDEGATE_SECRETS"
                hint="The name of a secret of the server’s configuration, never the secret itself."
              />
            </div>
            <TextField draft={draft} path={[...path, 'url']} label="Address" placeholder="https://…" />
            <div className="fields">
              <WordField
                draft={draft}
                under={path}
                word={duration('every')}
                label="Asked again every"
                placeholder="30s"
              />
              <WordField
                draft={draft}
                under={path}
                word={duration('timeout')}
                label="Has to answer in"
                placeholder="10s"
              />
              <DeadlineFields
                draft={draft}
                path={[...path, 'deadline']}
                label="When it says no yes"
                after="4h"
                then="abort"
              />
            </div>
          </>
        )}
      </ListFields>
    </MoreSection>
  );
}
