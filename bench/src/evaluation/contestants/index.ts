import { readFileSync } from 'node:fs';
import type { Contestant } from '../contestant.ts';

export const FLOOR = 'floor: written by hand';
export const OURS = '@tidegate/evaluation';

/** Each is loaded when it is wanted: the process that holds one holds no other. */
const loaders: Readonly<Record<string, () => Promise<Contestant>>> = {
  [FLOOR]: async () => (await import('./floor.ts')).floor,
  [OURS]: async () => (await import('./tidegate-evaluation.ts')).tidegateEvaluation,
  '@tidegate/sdk-node': async () => (await import('./tidegate-sdk-node.ts')).tidegateSdkNode,
  'configcat-node': async () => (await import('./configcat.ts')).configcat,
  '@openfeature/flagd-core': async () => (await import('./flagd.ts')).flagd,
  '@growthbook/growthbook': async () => (await import('./growthbook.ts')).growthbook,
  '@launchdarkly/node-server-sdk': async () => (await import('./launchdarkly.ts')).launchdarkly,
  'statsig-node': async () => (await import('./statsig.ts')).statsig,
  'unleash-client': async () => (await import('./unleash.ts')).unleash,
};

export const contestantNames: readonly string[] = Object.keys(loaders);

/** The SDKs of others. */
export const peerNames: readonly string[] = contestantNames.filter(
  (name) => name !== FLOOR && !name.startsWith('@tidegate/'),
);

/** With the version of the package, where it is one of others. */
export function titleOf(name: string): string {
  if (!peerNames.includes(name)) return name;
  const text = readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return `${name} ${JSON.parse(text).version}`;
}

export async function contestantNamed(name: string): Promise<Contestant> {
  const loader = loaders[name];
  if (loader === undefined) throw new Error(`there is no contestant ${name}`);
  return await loader();
}
