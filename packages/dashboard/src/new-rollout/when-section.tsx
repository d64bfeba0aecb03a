import type { ReactNode } from 'react';
import { Instant } from '../parts/instant.tsx';
import { formatElapsed, formatInstantFully } from '../text/format.ts';
import { MoreSection } from './more-section.tsx';
import type { PlanDraft } from './plan-draft.ts';
import { DeadlineFields, ListFields, TextField, WordField } from './plan-fields.tsx';
import { itemsAt, type PlanObject, textAt, valueAt } from './plan-text.ts';
import { duration } from './plan-words.ts';

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Working hours of the reader. */
const FIRST_WINDOW: PlanObject = { cron: '0 9 * * 1-4', timeZone: ZONE, duration: '7h' };

/** When it begins, when shares may rise, and when it has to be over. */
export function WhenSection({ draft }: { readonly draft: PlanDraft }): ReactNode {
  const { plan } = draft;
  const windowCount = itemsAt(plan, ['windows']).length;
  const startAtMs = startOf(plan);
  const now = [
    startAtMs === undefined ? 'at once' : formatInstantFully(startAtMs),
    windowCount === 0 ? 'at any hour' : `within ${windowCount} ${windowCount === 1 ? 'window' : 'windows'}`,
  ];
  return (
    <MoreSection
      draft={draft}
      title="When"
      now={now.join(', ')}
      docs="rollouts#fields-of-the-plan"
      members={['startAt', 'startAtMs', 'windows', 'after', 'bake', 'bakeMs', 'maxDuration', 'noData', 'noDataMs']}
    >
      <div className="fields">
        <label className="field">
          Start ({ZONE})
          <input
            type="datetime-local"
            value={startAtMs === undefined ? '' : localOf(startAtMs)}
            onChange={({ target: { value } }) =>
              draft.edit(
                { path: ['startAtMs'] },
                { path: ['startAt'], value: value === '' ? undefined : instantOf(new Date(value)) },
              )
            }
          />
        </label>
        <WordField
          draft={draft}
          under={[]}
          word={duration('bake')}
          label="Bake after the last stage"
          placeholder="10m"
        />
        <TextField
          draft={draft}
          path={['after', 'environment']}
          label="Only after it succeeded in"
          placeholder="no other environment"
          hint="The key of an environment of this project, like staging."
        />
      </div>
      <h3>Windows in which shares may rise</h3>
      <p className="faint">Lowering never waits for one. A cron expression has minute, hour, day, month, weekday.</p>
      <ListFields draft={draft} path={['windows']} what="window" fresh={FIRST_WINDOW}>
        {(path) => (
          <div className="fields">
            <TextField draft={draft} path={[...path, 'cron']} label="Opens at (cron)" placeholder="0 9 * * 1-4" />
            <TextField draft={draft} path={[...path, 'timeZone']} label="Time zone" placeholder="Europe/Berlin" />
            <WordField draft={draft} under={path} word={duration('duration')} label="Stays open for" placeholder="7h" />
          </div>
        )}
      </ListFields>
      {draft.windows.length > 0 && (
        <p className="note">
          The next {draft.windows.length}, in your time:{' '}
          {draft.windows.map(({ opensAtMs, closesAtMs }, index) => (
            <span key={`${opensAtMs} ${closesAtMs}`}>
              {index > 0 && ' · '}
              <Instant atMs={opensAtMs} /> for {formatElapsed(closesAtMs - opensAtMs)}
            </span>
          ))}
        </p>
      )}
      <DeadlineFields draft={draft} path={['maxDuration']} label="All of it takes at most" after="30d" then="abort" />
    </MoreSection>
  );
}

function startOf(plan: unknown): number | undefined {
  const number = valueAt(plan, ['startAtMs']);
  const atMs = typeof number === 'number' ? number : Date.parse(textAt(plan, ['startAt']));
  return Number.isFinite(atMs) ? atMs : undefined;
}

/** `2026-03-02T09:00:00Z`. */
function instantOf(at: Date): string | undefined {
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** As `datetime-local` has it: in the reader's zone. */
function localOf(atMs: number): string {
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000;
  return new Date(atMs - offsetMs).toISOString().slice(0, 16);
}
