import type { ImportedRollouts } from '../canaries/imported-rollouts.ts';
import { type Manifest, manifestsOf } from '../canaries/manifest.ts';
import { foreignObject, readObject } from '../canaries/read-object.ts';
import { type ReadObject, toImported } from '../canaries/to-imported.ts';
import { type AnalysisTemplate, readAnalysisTemplate } from './analysis-template.ts';
import { MEANINGLESS_OF_ROLLOUT, MEANINGLESS_OF_TEMPLATE } from './meaningless.ts';
import { measuredMetrics } from './measured-metrics.ts';
import { readRollout } from './rollout.ts';

const TEMPLATE_KINDS = ['AnalysisTemplate', 'ClusterAnalysisTemplate'];

/**
 * Rollouts and analysis templates of Argo Rollouts (`argoproj.io/v1alpha1`). Limits say what is allowed, as there: the
 * second failure is beyond `failureLimit: 1`, and the first where none is said (`analysis/analysis.go`).
 *
 * @throws UnreadableFile for documents among which there is nothing of Argo's.
 */
export function importArgo(documents: readonly unknown[]): ImportedRollouts {
  const manifests = manifestsOf(documents, ['Rollout', ...TEMPLATE_KINDS]);
  const read = manifests.map((manifest) => ({ manifest, template: templateOf(manifest) }));
  const findTemplate = (name: string, isCluster: boolean): AnalysisTemplate | undefined =>
    read.find(({ manifest }) => manifest.name === name && manifest.kind === TEMPLATE_KINDS[isCluster ? 1 : 0])?.template
      ?.made;
  return toImported(
    read.map(({ manifest, template }): ReadObject => {
      const { kind, title } = manifest;
      if (template !== undefined) {
        const leftOut: string[] = [];
        const leaveOut = (reason: string) => void leftOut.push(reason);
        const metrics = measuredMetrics(template.made, { args: new Map(), when: { kind: 'as-named' }, leaveOut });
        const { reasons } = template.object;
        const object =
          leftOut.length === 0 ? template.object : ({ status: 'partial', reasons: [...leftOut, ...reasons] } as const);
        return { title, object, connections: metrics.length === 0 ? {} : { metrics } };
      }
      return kind === 'Rollout' ? rolloutOf(manifest, findTemplate) : { title, object: foreignObject(kind) };
    }),
  );
}

function templateOf(manifest: Manifest) {
  if (!TEMPLATE_KINDS.includes(manifest.kind)) return undefined;
  return readObject(manifest, MEANINGLESS_OF_TEMPLATE, readAnalysisTemplate);
}

function rolloutOf(
  manifest: Manifest,
  findTemplate: (name: string, isCluster: boolean) => AnalysisTemplate | undefined,
): ReadObject {
  const { title, name } = manifest;
  const { object, made } = readObject(manifest, MEANINGLESS_OF_ROLLOUT, (spec, findings) =>
    readRollout(spec, { name, findTemplate, findings }),
  );
  if (made === undefined) return { title, object };
  return { title, object, plan: { name, plan: made.plan }, connections: made.connections };
}
