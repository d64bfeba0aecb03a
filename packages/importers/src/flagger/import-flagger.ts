import type { ImportedRollouts } from '../canaries/imported-rollouts.ts';
import { type Manifest, manifestsOf } from '../canaries/manifest.ts';
import { foreignObject, readObject } from '../canaries/read-object.ts';
import { type ReadObject, toImported } from '../canaries/to-imported.ts';
import { readCanary } from './canary.ts';
import type { CanarySurroundings } from './canary-place.ts';
import { MEANINGLESS_OF_CANARY, MEANINGLESS_OF_TEMPLATE } from './meaningless.ts';
import { readMetricTemplate } from './metric-template.ts';

/**
 * Canaries of Flagger (`flagger.app/v1beta1`), with the metric templates beside them. Its failed checks are cumulative,
 * and never reset while an analysis runs (`pkg/controller/scheduler.go`): they become limits on the total.
 *
 * @throws UnreadableFile for documents among which there is nothing of Flagger's.
 */
export function importFlagger(documents: readonly unknown[]): ImportedRollouts {
  const manifests = manifestsOf(documents, ['Canary', 'MetricTemplate', 'AlertProvider']);
  const read = manifests.map((manifest) => ({ manifest, template: templateOf(manifest) }));
  const surroundings: CanarySurroundings = {
    findTemplate: (name, namespace) =>
      read.find(
        ({ manifest, template }) =>
          template !== undefined && manifest.name === name && (manifest.namespace || namespace) === namespace,
      )?.template?.made,
  };
  return toImported(
    read.map(({ manifest, template }): ReadObject => {
      const { kind, title } = manifest;
      if (template !== undefined) return { title, object: template.object };
      if (kind === 'Canary') return canaryOf(manifest, surroundings);
      if (kind === 'AlertProvider') return { title, object: { status: 'refused', reasons: [NOTICES] } };
      return { title, object: foreignObject(kind) };
    }),
  );
}

const NOTICES = 'Whom to tell is no part of a plan.';

function templateOf(manifest: Manifest) {
  if (manifest.kind !== 'MetricTemplate') return undefined;
  return readObject(manifest, MEANINGLESS_OF_TEMPLATE, readMetricTemplate);
}

function canaryOf(manifest: Manifest, surroundings: CanarySurroundings): ReadObject {
  const { title, name } = manifest;
  const { object, made } = readObject(manifest, MEANINGLESS_OF_CANARY, (spec, findings) =>
    readCanary(spec, { manifest, surroundings, findings }),
  );
  if (made === undefined) return { title, object };
  return { title, object, plan: { name, plan: made.plan }, connections: made.connections };
}
