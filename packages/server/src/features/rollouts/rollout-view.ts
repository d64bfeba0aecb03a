import { assessRollout, type RolloutState, retell, scoreOf, stageIndexOf } from '@tidegate/analysis';
import type { DecisionView, RolloutView } from '@tidegate/protocol';
import type { DecisionRow, DocumentRow, RolloutRow } from '../../storage/storage.ts';
import { flagDocumentOf, serveOf } from '../flags/index.ts';
import { readRolloutTraffic } from '../traffic/index.ts';
import { findSummary, type GatherOptions } from './gather-input.ts';

/** A rollout as the API tells it: the row, and what evidence and connected SDKs say at this moment. */
export async function viewOfRollout(options: GatherOptions, rollout: RolloutRow): Promise<RolloutView> {
  const { environment, flagKey } = rollout;
  const state = stateOf(options, rollout);
  const summary = await findSummary(options, rollout);
  const { ticks, ...evidence } = summary;
  const flag = await options.storage.findDocument({ environment, kind: 'flag', key: flagKey });
  const revision = rollout.servedRevision;
  const assessment = assessRollout({ ...rollout, summary });
  const score = scoreOf(rollout.plan, assessment);
  const measurements = rollout.plan.providerGuards && (await options.measurements?.view(rollout));
  const traffic = await readRolloutTraffic(options.storage, rollout);
  const sdkHealth = options.accounting.holding(environment)?.accountant.sdkHealth(rollout.id, rollout.epoch);
  return {
    id: rollout.id,
    environment,
    flagKey,
    rule: rollout.rule,
    plan: rollout.plan,
    state,
    active: rollout.active,
    stageIndex: stageIndexOf(state, rollout.plan.stages.length),
    treatmentPpm: flag === undefined ? 0 : treatmentPpmOf(rollout, flag),
    assessment,
    ...(score === null ? {} : { score }),
    ...(measurements === undefined ? {} : { measurements: [...measurements] }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(sdkHealth === undefined ? {} : { sdkHealth }),
    evidence,
    confirmation: revision === null ? null : { revision, ...(await options.countConfirmations(environment, revision)) },
    version: rollout.version,
    createdAtMs: rollout.createdAtMs,
    createdBy: rollout.createdBy,
    updatedAtMs: rollout.updatedAtMs,
  };
}

function stateOf({ gates, measurements }: GatherOptions, rollout: RolloutRow): RolloutState {
  const [answers, measured] = [gates?.lastAnswers(rollout), measurements?.lastAssessed(rollout)];
  const said = { ...(answers && { gates: answers }), ...(measured && { measured }) };
  return retell({ plan: rollout.plan, ...said }, rollout.state);
}

export function viewOfDecision(row: DecisionRow): DecisionView {
  const { rolloutId, sequence, decision, input, revision, atMs } = row;
  return { rolloutId, sequence, kind: decision.kind, reason: decision.reason, atMs, revision, decision, input };
}

function treatmentPpmOf(rollout: RolloutRow, flag: DocumentRow): number {
  const serve = serveOf(flagDocumentOf(flag), rollout.rule);
  if (serve?.kind === 'rollout') return serve.treatmentPpm;
  const { treatment } = rollout.plan;
  if (serve?.kind === 'split') {
    const treated = serve.ranges.filter(({ variation }) => variation === treatment);
    return treated.reduce((sum, { fromPpm, toPpm }) => sum + toPpm - fromPpm, 0);
  }
  return serve?.kind === 'variation' && serve.variation === treatment ? 1_000_000 : 0;
}
