import type { ReactNode } from 'react';
import { useList } from '../api/use-read.ts';
import { JsonField } from '../parts/json-field.tsx';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { DeadlineFields, ListFields, NumberField, PickField, TextField, TickField, WordField } from './plan-fields.tsx';
import { itemsAt, textAt, valueAt } from './plan-text.ts';
import { duration } from './plan-words.ts';

/** Of every provider the page needs its key alone. */
interface KnownProvider {
  readonly key: string;
}

/** What metric providers measure, held to limits. */
export function MeasuredSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const providers = useList<KnownProvider>('/providers');
  const keys = providers.data?.map(({ key }) => key) ?? [];
  const names = itemsAt(draft.plan, ['providerGuards']).map((guard) => textAt(guard, ['name']));
  const fresh = {
    name: 'error-share',
    provider: keys[0] ?? '',
    arms: 'both',
    query: { kind: 'counts', events: '', units: '', window: '5m' },
    limits: {
      failureCondition:
        'result.treatment.events / result.treatment.units > 2 * result.control.events / result.control.units',
      failureLimit: 1,
      interval: '1m',
    },
  };
  return (
    <MoreSection
      draft={draft}
      title="What your metric providers measure"
      now={names.length === 0 ? 'nothing' : names.join(', ')}
      docs="providers#guards"
      members={['providerGuards']}
    >
      <p className="faint">
        Numbers of Prometheus, Datadog and the like, held to limits: too many failures kill. They have no bound on false
        alarms, so they stand beside the guards and not in their place.
      </p>
      {providers.data?.length === 0 && (
        <p className="note">
          This environment has no metric provider yet:{' '}
          <code>npx tidegate providers save NAME --file provider.yaml</code>
        </p>
      )}
      <ListFields draft={draft} path={['providerGuards']} what="provider’s guard" fresh={fresh}>
        {(path) => (
          <>
            <div className="fields">
              <TextField draft={draft} path={[...path, 'name']} label="Name" />
              <PickField
                draft={draft}
                path={[...path, 'provider']}
                label="Provider"
                isNeeded
                options={keys.map((key) => [key, key] as const)}
              />
              <PickField
                draft={draft}
                path={[...path, 'arms']}
                label="Measures"
                options={[
                  ['treatment', 'treatment'],
                  ['both', 'both arms'],
                ]}
              />
              <TickField draft={draft} path={[...path, 'mode']} on="observe" label="only observe" />
            </div>
            <JsonField
              label="Query, as JSON"
              isLabelShown
              value={valueAt(draft.plan, [...path, 'query']) ?? {}}
              onEdit={(value) => draft.edit({ path: [...path, 'query'], value })}
            />
            <TextField
              draft={draft}
              path={[...path, 'limits', 'failureCondition']}
              label="Fails when"
              placeholder="result > 0.05"
            />
            <TextField
              draft={draft}
              path={[...path, 'limits', 'successCondition']}
              label="Is good when"
              placeholder="it does not fail"
            />
            <div className="fields">
              <NumberField
                draft={draft}
                path={[...path, 'limits', 'failureLimit']}
                label="Failures allowed"
                placeholder="0"
              />
              <WordField
                draft={draft}
                under={[...path, 'limits']}
                word={duration('interval')}
                label="Measured every"
                placeholder="once"
              />
              <WordField
                draft={draft}
                under={[...path, 'limits']}
                word={duration('initialDelay')}
                label="First after"
                placeholder="0s"
              />
              <DeadlineFields
                draft={draft}
                path={[...path, 'deadline']}
                label="Without a good measurement"
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
