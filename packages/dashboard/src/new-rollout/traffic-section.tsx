import type { AdapterView } from '@tidegate/protocol/types';
import type { ReactNode } from 'react';
import { useList } from '../api/use-read.ts';
import { Waiting } from '../parts/loading.tsx';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { DeadlineFields } from './plan-fields.tsx';
import { itemsAt, textAt, valueAt } from './plan-text.ts';

/** Proxies and meshes whose weights follow the share. */
export function TrafficSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const adapters = useList<AdapterView>('/adapters');
  const chosen = itemsAt(draft.plan, ['traffic']).map(adapterOf);
  const unknown = chosen.filter((key) => adapters.data?.every((adapter) => adapter.key !== key) === true);
  const known = (adapters.data ?? []).map(({ key, settings }) => ({ key, words: `${key} (${settings.kind})` }));
  return (
    <MoreSection
      draft={draft}
      title="Traffic outside of the flag"
      now={chosen.length === 0 ? 'none' : chosen.join(', ')}
      docs="traffic#traffic-outside-of-the-flag"
      members={['traffic']}
    >
      <p className="faint">
        Weights of proxies and meshes that follow the share of treatment, each confirmed before it rises.
      </p>
      <Waiting of={adapters} what="traffic adapters" />
      {adapters.data?.length === 0 && (
        <p className="note">
          This environment has no traffic adapter yet: <code>npx tidegate adapters save NAME --file adapter.yaml</code>
        </p>
      )}
      {[...known, ...unknown.map((key) => ({ key, words: `${key} (there is none)` }))].map(({ key, words }) => (
        <Adapter key={key} draft={draft} adapter={key} words={words} />
      ))}
    </MoreSection>
  );
}

interface AdapterProps {
  readonly draft: PlanDraft;
  readonly adapter: string;
  readonly words: string;
}

function Adapter({ draft, adapter, words }: AdapterProps): ReactNode {
  const items = itemsAt(draft.plan, ['traffic']);
  const index = items.findIndex((item) => adapterOf(item) === adapter);
  const path = ['traffic', index];
  const isWhole = valueAt(draft.plan, [...path, 'adapter']) !== undefined;
  return (
    <div className="row">
      <label className="check">
        <input
          type="checkbox"
          checked={index !== -1}
          onChange={(event) =>
            draft.edit(event.target.checked ? { path: ['traffic'], value: [...items, { adapter }] } : { path })
          }
        />
        {words}
      </label>
      <span className="bar-space" />
      {isWhole && (
        <DeadlineFields
          draft={draft}
          path={[...path, 'deadline']}
          label={`When ${adapter} is not confirmed`}
          after="15m"
          then="hold"
        />
      )}
    </div>
  );
}

/** People write its key alone where they have no more to say. */
function adapterOf(item: unknown): string {
  return typeof item === 'string' ? item : textAt(item, ['adapter']);
}
