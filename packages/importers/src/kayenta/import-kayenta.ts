import { Findings } from '../canaries/findings.ts';
import type { ImportedObject, ImportedRollouts, JudgedMetric, SeriesJudge } from '../canaries/imported-rollouts.ts';
import { Members } from '../canaries/members.ts';
import { type ReadObject, toImported } from '../canaries/to-imported.ts';
import { isRecord } from '../json-record.ts';
import { orRefusal, Refusal } from '../refusal.ts';
import { UnreadableFile } from '../unreadable-file.ts';
import { readJudgedMetric } from './judged-metric.ts';

/**
 * A canary config of Kayenta: how series are judged, and nothing of when traffic moves, so there is no plan. Its judge
 * has its tolerance and confidence in code (`NetflixACAJudge.scala`); they are written out.
 *
 * @throws UnreadableFile for documents that are none.
 */
export function importKayenta(documents: readonly unknown[]): ImportedRollouts {
  const configs = documents.filter((document) => document !== null && document !== undefined);
  const areConfigs = configs.length > 0 && configs.every((config) => isRecord(config) && 'metrics' in config);
  if (!areConfigs) throw new UnreadableFile('it is no canary config: it has no metrics');
  return toImported(configs.map(readConfig));
}

const JUDGES = ['NetflixACAJudge-v1.0', 'dredd-v1.0'];

/** What only Spinnaker has a use for. */
const MEANINGLESS = [
  'applications',
  'createdTimestamp',
  'updatedTimestamp',
  'createdTimestampIso',
  'updatedTimestampIso',
  'configVersion',
  'id',
  'description',
  'owner',
  'isNew',
  'isDisabled',
];

function readConfig(document: unknown, index: number): ReadObject {
  const title = `CanaryConfig/${nameOf(document) ?? `number-${index + 1}`}`;
  const read = orRefusal(() => readJudge(document));
  if (!(read instanceof Refusal)) return { title, object: read.object, connections: { judge: read.judge } };
  return { title, object: { status: 'refused', reasons: [read.message] } };
}

function nameOf(document: unknown): string | undefined {
  return isRecord(document) && typeof document['name'] === 'string' ? document['name'] : undefined;
}

function readJudge(document: unknown): { readonly object: ImportedObject; readonly judge: SeriesJudge } {
  const findings = new Findings();
  const config = new Members(document, '');
  for (const name of ['name', ...MEANINGLESS]) config.whole(name);
  const judge = config.members('judge')?.text('name') ?? JUDGES[0];
  if (judge !== undefined && !JUDGES.includes(judge))
    throw new Refusal(`The judge ${JSON.stringify(judge)} is not known.`);
  const metrics = config.listOf('metrics').flatMap((metric): readonly JudgedMetric[] => {
    const made = orRefusal(() => readJudgedMetric(metric, findings));
    if (!(made instanceof Refusal)) return [made];
    findings.leaveOut(made.message);
    metric.settle();
    return [];
  });
  if (metrics.length === 0) throw new Refusal(['None of its metrics can be judged.', ...findings.reasons()].join(' '));
  const classifier = config.members('classifier');
  const groupWeights = weightsOf(classifier?.wholeRecord('groupWeights') ?? {});
  const thresholds = classifier?.members('scoreThresholds');
  const marginal = thresholds?.number('marginal');
  const pass = thresholds?.number('pass');
  for (const path of config.unread()) findings.leaveOut(`${path} is left out: this importer does not know it.`);
  findings.note(NO_PLAN);
  const judged = { metrics, groupWeights };
  return {
    object: findings.toReport(),
    judge: marginal === undefined || pass === undefined ? judged : { ...judged, thresholds: { marginal, pass } },
  };
}

const NO_PLAN =
  'It says how series are judged, and nothing of stages: no plan is made of it. A plan has no score yet; `@tidegate/analysis/series` judges by it, and never passes what has no data.';

function weightsOf(weights: Readonly<Record<string, unknown>>): Record<string, number> {
  const entries = Object.entries(weights).map(([group, weight]): [string, number] => {
    if (typeof weight === 'number' && weight >= 0 && weight <= 100) return [group, weight];
    throw new Refusal(`The weight of the group ${JSON.stringify(group)} must be a number from 0 to 100.`);
  });
  return Object.fromEntries(entries);
}
