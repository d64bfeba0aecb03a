import { useQuery } from '@tanstack/react-query';
import type { GuardTemplateView } from '@tidegate/protocol';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { DocsLink } from '../docs/docs-link.tsx';
import { templatesPath } from '../new-rollout/use-templates.ts';
import { DataTable } from '../parts/data-table.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Instant } from '../parts/instant.tsx';
import { Waiting } from '../parts/loading.tsx';
import type { MetricUse } from './metric-uses.ts';
import { UsedBy } from './used-by.tsx';

const USES_NAMED_MAX = 30;

interface TemplateDialogProps {
  /** In its newest version. */
  readonly template: GuardTemplateView;
  readonly uses: readonly MetricUse[] | undefined;
  readonly onClose: () => void;
}

/** One template, in any of its versions: what it asks for, and what metric comes out. */
export function TemplateDialog({ template: newest, uses, onClose }: TemplateDialogProps): ReactNode {
  const { api, environment } = usePlace();
  const { name } = newest;
  const [version, setVersion] = useState(newest.version);
  const isNewest = version === newest.version;
  const read = useQuery({
    // A version never changes.
    queryKey: ['template', templatesPath(environment), name, version],
    queryFn: () =>
      api.get<GuardTemplateView>(`${templatesPath(environment)}/${encodeURIComponent(name)}?version=${version}`),
    enabled: !isNewest,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const template = isNewest ? newest : read.data;
  const versions = Array.from({ length: newest.version }, (_, index) => newest.version - index);
  return (
    <Dialog label={`Template ${name}`} className="wide" onClose={onClose}>
      <div className="stack">
        <div className="row">
          <h2>Template {name}</h2>
          <label className="check">
            Version
            <select value={version} onChange={(event) => setVersion(Number(event.target.value))}>
              {versions.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
          <span className="bar-space" />
          <DocsLink to="rollouts#guard-templates" about="guard templates" />
        </div>
        {!isNewest && <Waiting of={read} what="version" />}
        {template !== undefined && <TemplateVersion template={template} />}
        <p>
          Used by <UsedBy uses={uses} namedMax={USES_NAMED_MAX} />
        </p>
        <p className="faint">
          Rollouts keep the version that they began with. A new one is saved by{' '}
          <code>npx tidegate templates save {name} --file template.yaml</code>.
        </p>
        <div className="actions">
          <button type="button" onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function TemplateVersion({ template }: { readonly template: GuardTemplateView }): ReactNode {
  const { description, parameters, metric, builtIn, createdAtMs } = template;
  const rows = Object.entries(parameters);
  return (
    <>
      <p>
        {description}{' '}
        <span className="faint">
          {builtIn ? 'Comes with the server.' : createdAtMs !== null && <Instant atMs={createdAtMs} />}
        </span>
      </p>
      {rows.length === 0 && <p className="faint">It takes no arguments.</p>}
      {rows.length > 0 && (
        <DataTable
          caption="Its arguments"
          rows={rows}
          keyOf={([parameter]) => parameter}
          columns={[
            { title: 'Argument', cell: ([parameter]) => parameter },
            { title: 'Is', cell: ([, { type, min, max }]) => [type, ...boundWords(min, max)].join(', ') },
            {
              title: 'When it is not given',
              cell: ([, each]) => (each.default === undefined ? 'refused: it is needed' : String(each.default)),
            },
            { title: 'Means', kind: 'wide', cell: ([, each]) => each.description ?? '' },
          ]}
        />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here */}
      <pre className="plan" tabIndex={0}>
        {JSON.stringify(metric, null, 2)}
      </pre>
    </>
  );
}

function boundWords(min: number | undefined, max: number | undefined): readonly string[] {
  return [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])];
}
