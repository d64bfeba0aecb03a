import type { ReactNode } from 'react';
import { useList } from '../api/use-read.ts';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { ListFields, PickField, TextField } from './plan-fields.tsx';
import { itemsAt } from './plan-text.ts';

interface KnownChannel {
  readonly key: string;
}

const FIRST_HOOK = { at: 'rollback', url: 'https://', secret: '' };

/** Who hears of it, and is not waited for. */
export function ToldSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const channels = useList<KnownChannel>('/channels');
  const keys = channels.data?.map(({ key }) => key) ?? [];
  const hookCount = itemsAt(draft.plan, ['hooks']).length;
  const now = [
    keys.length === 0 ? 'no channel' : `channel ${keys.join(', ')}`,
    ...(hookCount === 0 ? [] : [`${hookCount} ${hookCount === 1 ? 'hook' : 'hooks'}`]),
  ];
  return (
    <MoreSection draft={draft} title="Who is told" now={now.join(', ')} docs="notifications#hooks" members={['hooks']}>
      <p className="faint">
        Channels of the environment hear of every rollout. A hook is told of this one, by a signed webhook that nothing
        waits for.
      </p>
      <ListFields draft={draft} path={['hooks']} what="hook" fresh={FIRST_HOOK}>
        {(path) => (
          <div className="fields">
            <PickField
              draft={draft}
              path={[...path, 'at']}
              label="Told"
              isNeeded
              options={[
                ['pre-rollout', 'before it starts'],
                ['rollback', 'when it is rolled back'],
                ['post-rollout', 'when it is over'],
              ]}
            />
            <TextField draft={draft} path={[...path, 'url']} label="Address" placeholder="https://…" />
            <TextField
              draft={draft}
              path={[...path, 'secret']}
              label="Signed with the secret"
              placeholder="a name of TIDEGATE_SECRETS"
            />
          </div>
        )}
      </ListFields>
    </MoreSection>
  );
}
