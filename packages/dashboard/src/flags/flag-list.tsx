import type { FlagView, StaleFlag } from '@tidegate/protocol/types';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { useFlags } from '../api/use-flags.ts';
import { useList, usePage } from '../api/use-read.ts';
import { Empty, Waiting } from '../parts/loading.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { formatCount } from '../text/format.ts';
import { type FlagState, filterFlags, tagsOf } from './filter-flags.ts';
import { FlagRow } from './flag-row.tsx';
import { NewFlag } from './new-flag.tsx';

const ROW_HEIGHT = 56;
/** Staleness is a matter of days. */
const STALE_EVERY_MS = 300_000;

const NO_FLAGS: readonly FlagView[] = [];

const STATES: readonly (readonly [FlagState, string])[] = [
  ['all', 'All'],
  ['on', 'On'],
  ['off', 'Off'],
  ['rollout', 'In a rollout'],
  ['stale', 'Stale'],
];

export function FlagList(): ReactNode {
  const flags = useFlags();
  const stale = useList<StaleFlag>('/stale-flags', {
    everyMs: STALE_EVERY_MS,
    // After the flags: it takes the server as long, and is a word beside some of them.
    enabled: flags.data !== undefined,
  });
  const [search, setSearch] = useState('');
  const [tag, setTag] = useState('');
  const [state, setState] = useState<FlagState>('all');
  const [isCreating, setCreating] = useState(false);
  const wanted = useDeferredValue(search);
  // The first ones are to be seen before the last ones are read.
  const first = usePage<FlagView>('/flags?limit=50', { enabled: flags.data === undefined });
  const all = flags.data ?? first.data?.items ?? NO_FLAGS;
  const staleByKey = useMemo(() => new Map(stale.data?.map((flag) => [flag.flagKey, flag])), [stale.data]);
  const shown = useMemo(
    () => filterFlags(all, { search: wanted, tag, state }, new Set(staleByKey.keys())),
    [all, wanted, tag, state, staleByKey],
  );
  const tags = useMemo(() => tagsOf(all), [all]);
  return (
    <div className="page fill">
      <div className="page-head">
        <h1>Flags</h1>
        <span className="faint" role="status">
          {flags.data !== undefined &&
            (shown.length === all.length
              ? formatCount(all.length)
              : `${formatCount(shown.length)} of ${formatCount(all.length)}`)}
        </span>
        <span className="bar-space" />
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New flag
        </button>
      </div>
      <search className="filters">
        <input
          type="search"
          aria-label="Search flags"
          placeholder="Search by key, description, owner, tag"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <fieldset className="choice">
          <legend className="hidden">State</legend>
          {STATES.map(([value, words]) => (
            <label key={value}>
              <input type="radio" name="state" checked={state === value} onChange={() => setState(value)} />
              <span>{words}</span>
            </label>
          ))}
        </fieldset>
        <select aria-label="Tag" value={tag} onChange={(event) => setTag(event.target.value)}>
          <option value="">Any tag</option>
          {tags.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </search>
      {(all.length === 0 || flags.error !== null) && <Waiting of={flags} what="flags" />}
      {flags.data !== undefined && all.length === 0 && (
        <Empty>
          <p>There is no flag here yet.</p>
          <button type="button" className="primary" onClick={() => setCreating(true)}>
            Create the first one
          </button>
        </Empty>
      )}
      {all.length > 0 && shown.length === 0 && (
        <Empty>{flags.isPending ? 'Not among the flags that are read so far.' : 'No flag is like that.'}</Empty>
      )}
      {shown.length > 0 && (
        <VirtualList
          label="Flags"
          rows={shown}
          rowHeight={ROW_HEIGHT}
          keyOf={(flag) => flag.key}
          render={(flag) => <FlagRow flag={flag} stale={staleByKey.get(flag.key)} />}
        />
      )}
      {isCreating && <NewFlag onClose={() => setCreating(false)} />}
    </div>
  );
}
