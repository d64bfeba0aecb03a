import type { FlagView } from '@tidegate/protocol';
import type { DecisionView } from '@tidegate/protocol/types';
import { describeServed } from './describe-flag.ts';
import { element, table } from './element.ts';
import { formatElapsed, formatEvidence, formatInstant } from './format.ts';
import type { Connection, PageData } from './page-data.ts';

export function showFlags({ flags, moreFlags, atMs }: PageData): Node {
  if (flags.length === 0) {
    const command = element('code', {}, 'npx tidegate flags create FLAG');
    return element('p', { class: 'faint' }, 'There are no flags. Create one with ', command, '.');
  }
  return table<FlagView>({
    caption: moreFlags ? `The first ${flags.length} flags; there are more` : `${flags.length} in this environment`,
    columns: [
      { title: 'Flag', cell: (flag) => flag.key },
      { title: 'State', cell: (flag) => stateOf(flag) },
      { title: 'Serves', kind: 'text', cell: describeServed },
      { title: 'Rules', kind: 'number', cell: (flag) => String(flag.rules.length) },
      { title: 'Updated', cell: (flag) => formatInstant(flag.updatedAtMs, atMs) },
      { title: 'Description', kind: 'text', cell: (flag) => flag.description },
    ],
    rows: flags,
  });
}

function stateOf({ enabled }: FlagView): Node {
  return element('span', { class: enabled ? 'good' : 'warn' }, enabled ? 'on' : 'off');
}

export function showDecisions({ decisions, atMs }: PageData): Node {
  if (decisions.length === 0) return element('p', { class: 'faint' }, 'Nothing was decided yet.');
  return table<DecisionView>({
    caption: 'Of the rollouts above, newest first',
    columns: [
      { title: 'When', cell: (decision) => formatInstant(decision.atMs, atMs) },
      { title: 'Flag', cell: (decision) => decision.input.plan.flagKey },
      {
        title: 'Decision',
        cell: (decision) => element('span', { class: decision.kind === 'kill' ? 'bad' : '' }, decision.kind),
      },
      { title: 'Why', kind: 'text', cell: (decision) => decision.reason },
      { title: 'Evidence', cell: evidenceOf },
      { title: 'Revision', kind: 'number', cell: (decision) => String(decision.revision ?? '') },
    ],
    rows: decisions,
  });
}

function evidenceOf({ input: { summary, assessment } }: DecisionView): string {
  if (summary.unitCount === 0) return 'none yet';
  return `${formatEvidence(assessment.logEvidence)} of ${formatEvidence(assessment.logThreshold)}`;
}

export function showConnections({ connections, atMs }: PageData): Node {
  if (connections.length === 0) {
    return element('p', { class: 'faint' }, 'No SDK is connected to this server by stream.');
  }
  return table<Connection>({
    caption: `${connections.length} connected to this server`,
    columns: [
      { title: 'SDK', cell: ({ sdk }) => `${sdk.name} ${sdk.version}` },
      { title: 'Key', cell: ({ keyKind }) => keyKind },
      { title: 'Answers from revision', kind: 'number', cell: ({ appliedRevision }) => String(appliedRevision) },
      { title: 'Connected for', cell: ({ connectedAtMs }) => formatElapsed(atMs - connectedAtMs) },
      { title: 'Instance', cell: ({ instance }) => element('code', {}, instance) },
    ],
    rows: connections,
  });
}
