import { isRecord, type JsonRecord } from '../json-record.ts';
import { UnreadableFile } from '../unreadable-file.ts';

/**
 * What Unleash evaluates: the features of one environment, each with its strategies, and the segments that those name.
 * It comes as the client API serves it (`/api/client/features`), which is also an SDK's backup or bootstrap file, or is
 * put together from an environment's export (`/api/admin/features-batch/export`). What is inside a feature is still as
 * it came: each part is read where it is translated.
 */
export interface UnleashFile {
  /** By name; of two with one name the later counts, as in the SDK. */
  readonly features: ReadonlyMap<string, JsonRecord>;
  /** By the ids that strategies name them with. */
  readonly segments: ReadonlyMap<unknown, JsonRecord>;
}

export function readUnleashFile(json: unknown): UnleashFile {
  if (!isRecord(json)) throw new UnreadableFile('expected an object with a list of features');
  const features = recordsIn(json, 'features');
  const segments = json['segments'] === undefined || json['segments'] === null ? [] : recordsIn(json, 'segments');
  const whole = Array.isArray(json['featureStrategies']) ? featuresOfExport(json, features) : features;
  return {
    features: new Map(whole.map((feature, index) => [nameOf(feature, index), feature])),
    segments: new Map(segments.map((segment) => [segment['id'], segment])),
  };
}

function recordsIn(json: JsonRecord, member: string): readonly JsonRecord[] {
  const list = json[member];
  if (!Array.isArray(list)) throw new UnreadableFile(`expected a list of ${member}`);
  for (const [index, element] of list.entries()) {
    if (!isRecord(element)) throw new UnreadableFile(`expected an object in ${member}[${index}]`);
  }
  return list;
}

function nameOf(feature: JsonRecord, index: number): string {
  const { name } = feature;
  if (typeof name !== 'string') throw new UnreadableFile(`expected a text in features[${index}].name`);
  return name;
}

/** An export keeps apart what belongs to a feature, to its one environment, and to both. */
function featuresOfExport(json: JsonRecord, features: readonly JsonRecord[]): readonly JsonRecord[] {
  const environments = recordsIn(json, 'featureEnvironments');
  const names = new Set(environments.map(({ environment }) => environment));
  if (names.size > 1) throw new UnreadableFile(`expected one environment, got ${[...names].join(', ')}: export one`);
  const strategies = recordsIn(json, 'featureStrategies').toSorted((left, right) => orderOf(left) - orderOf(right));
  const dependencies = json['dependencies'] === undefined ? [] : recordsIn(json, 'dependencies');
  return features.map((feature) => {
    const { name } = feature;
    const environment = environments.find(({ featureName }) => featureName === name);
    const parents = dependencies.filter((child) => child['feature'] === name).map((child) => child['dependencies']);
    return {
      ...feature,
      enabled: environment?.['enabled'] ?? false,
      variants: environment?.['variants'] ?? feature['variants'],
      strategies: activeIn(strategies.filter(({ featureName }) => featureName === name)),
      dependencies: parents.flat(),
    };
  });
}

/** Stands for the strategies of a feature all of whose strategies are disabled: what is served then is the server's to say. */
export const ALL_DISABLED = 'all disabled';

/** The server serves no disabled strategy; an SDK does not know that there are any. */
function activeIn(strategies: readonly JsonRecord[]): readonly JsonRecord[] | typeof ALL_DISABLED {
  const active = strategies.filter(({ disabled }) => disabled !== true);
  return active.length === 0 && strategies.length > 0 ? ALL_DISABLED : active;
}

function orderOf({ sortOrder }: JsonRecord): number {
  return typeof sortOrder === 'number' ? sortOrder : 0;
}
