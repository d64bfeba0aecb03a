import { readFileSync } from 'node:fs';
import type { Decision, EvidenceHealth } from '@tidegate/analysis';
import { expect, test } from 'vitest';
import { runServer } from '../../running-server.fixture.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly templating: { readonly list: readonly { readonly query: string }[] };
}

const dashboard: Dashboard = JSON.parse(
  readFileSync(new URL('../../../../../examples/grafana/tidegate-rollouts.json', import.meta.url), 'utf8'),
);
const EXPRESSIONS = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
  ...dashboard.templating.list.map(({ query }) => query),
].join('\n');

/** What the dashboard asks for by label; the compiler knows whether there is such a kind, or such a count. */
const KINDS = ['kill', 'succeed'] satisfies readonly Decision['kind'][];
const COUNTS = [
  'units',
  'bytes',
  'crossoverUnits',
  'ignoredExposures',
  'overflowExposures',
  'overflowWindows',
] satisfies readonly (keyof EvidenceHealth)[];

test('the dashboard asks for metrics that the server exports, and for no other', async () => {
  const server = await runServer();
  const headers = { authorization: `Bearer ${server.keys.operatorToken}` };
  const exposition = await (await fetch(`${server.url}/metrics`, { headers })).text();
  const exported = new Map([...exposition.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]));
  const asked = new Set(EXPRESSIONS.match(/\b(?:tidegate|nodejs|process)_\w+/g));
  expect(asked.size).toBeGreaterThan(5);
  for (const name of asked) {
    const family = name.replace(/_(?:bucket|count|sum)$/, '');
    expect(exported.get(name) ?? (exported.get(family) === 'histogram' ? 'histogram' : undefined), name).toBeDefined();
  }
  const own = [...exported.keys()].filter((name) => name?.startsWith('tidegate_') === true);
  for (const name of own) expect(EXPRESSIONS, `${name} is shown`).toContain(name);
});

test('its labels have values that there are', () => {
  const valuesOf = (label: string) =>
    new Set(
      [...EXPRESSIONS.matchAll(new RegExp(`\\b${label}=~?"([^"$]+)"`, 'g'))].flatMap(([, values = '']) =>
        values.split('|'),
      ),
    );
  expect(valuesOf('kind')).toEqual(new Set(KINDS));
  expect(valuesOf('what')).toEqual(new Set(COUNTS));
});

test('no two of its panels lie upon each other', () => {
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});
