import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform } from '../../../platform.ts';
import { ppmOfParts } from '../parts-of.ts';
import { codeOf, replaceFile } from '../replace-file.ts';
import { failed, type TrafficAdapter, type WeightOrder, type WeightReading, WRITTEN } from '../traffic-adapter.ts';
import type { ManifestSettings } from './manifest.ts';
import { manifestOf, weightsOf } from './manifest-of.ts';

export interface ManifestDeps {
  /** The folder of the configuration. */
  readonly folder: string | undefined;
  readonly platform: Pick<Platform, 'randomId'>;
}

/**
 * A document that somebody else applies. In a folder, what is confirmed is the file; where it is pulled, the word of
 * whoever applied it. Neither has asked the mesh.
 */
export function manifestAdapter(settings: ManifestSettings, { folder, platform }: ManifestDeps): TrafficAdapter {
  const nearestPpm = (weightPpm: number) => weightPpm;
  if (settings.delivery === 'pull') {
    return { flaw: undefined, nearestPpm, read: async (order) => readReported(order), write: async () => WRITTEN };
  }
  if (folder === undefined) {
    const flaw = 'TIDEGATE_TRAFFIC names no folder for manifests of this environment.';
    return { flaw, nearestPpm, read: async () => failed(flaw), write: async () => failed(flaw) };
  }
  return {
    flaw: undefined,
    nearestPpm,
    read: (order) => readFileWeight(settings, fileOf(folder, order)),
    write(order) {
      const file = fileOf(folder, order);
      const text = `${JSON.stringify(manifestOf(settings, order.weightPpm), null, 2)}\n`;
      // With a dot in front, what watches the folder leaves it alone.
      return replaceFile(file, { text, temporary: join(folder, `.${platform.randomId()}.tmp`) });
    },
  };
}

function readReported({ reportedPpm, weightPpm }: WeightOrder): WeightReading {
  if (reportedPpm === null) return failed(`Nobody has reported that ${percent(weightPpm)} is applied.`);
  return { kind: 'read', weightPpm: reportedPpm, detail: `${percent(reportedPpm)} was reported.` };
}

async function readFileWeight(settings: ManifestSettings, file: string): Promise<WeightReading> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'read', weightPpm: null, detail: `${file} is not there.` };
    return failed(`${file} cannot be read: ${codeOf(error)}.`);
  }
  const weights = weightsOf(settings, parsed(text));
  if (weights === null) return { kind: 'read', weightPpm: null, detail: `${file} is not as Tidegate writes it.` };
  const weightPpm = ppmOfParts(weights);
  return { kind: 'read', weightPpm, detail: `${file} says ${percent(weightPpm ?? 0)}.` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Keys have no slash and no plus sign, and begin with a letter or digit: the file is in the folder, and nobody else's. With
 * dots between them, which keys may have, an adapter of one environment could overwrite that of another.
 */
function fileOf(folder: string, { environment, adapterKey }: WeightOrder): string {
  return join(folder, `${environment.replace('/', '+')}+${adapterKey}.json`);
}

function percent(ppm: number): string {
  return `${ppm / 10_000} %`;
}
