import { BUILT_IN_TEMPLATES, expandPlan, findPlanFlaws, type WrittenPlan } from '@tidegate/analysis/plans';
import type { CanaryReport, Connections } from '@tidegate/importers';
import { writtenPlanSchema } from '@tidegate/protocol';
import { parse } from 'yaml';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

interface Imported {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly objects: CanaryReport['objects'];
  readonly connections: Readonly<Record<string, Connections>>;
  readonly planText: string;
  /** Held to all that a server holds it to. */
  readonly plan: WrittenPlan | undefined;
  /** Of all objects, a line each. */
  readonly reasons: string;
}

/** What `tidegate rollout import` makes of manifests, with every file that it writes. */
export async function imported(from: string, manifests: string, ...options: readonly string[]): Promise<Imported> {
  const io = capturedIo({ files: { 'in.yaml': manifests } });
  const written = ['--out', 'plan.yaml', '--report', 'report.json', '--connections', 'connections.json'];
  const exitCode = await runCli(['rollout', 'import', 'in.yaml', '--from', from, ...written, ...options], io);
  const { objects }: CanaryReport = JSON.parse(io.files['report.json'] ?? '{"objects":{}}');
  const connections: Record<string, Connections> = JSON.parse(io.files['connections.json'] ?? '{}');
  const planText = io.files['plan.yaml'] ?? '';
  return {
    exitCode,
    ...io.written,
    objects,
    connections,
    planText,
    plan: planText === '' ? undefined : readPlan(planText),
    reasons: Object.values(objects)
      .flatMap(({ reasons }) => reasons)
      .join('\n'),
  };
}

/** A plan that a server would take: its shape, and nothing that keeps it from being started. */
function readPlan(text: string): WrittenPlan {
  const plan = writtenPlanSchema.parse(parse(text));
  const expanded = expandPlan(plan, {
    presentVariation: () => 'off',
    findTemplate: (name) => BUILT_IN_TEMPLATES.find((template) => template.name === name),
    readMetric: () => ({ kind: 'binary', description: '', event: 'e', harm: 'up', browserEvidence: false }),
    countAttempt: () => 1,
  });
  if (expanded.kind === 'flawed') throw new Error(JSON.stringify(expanded.flaws));
  const flaws = findPlanFlaws(expanded.plan, {
    variations: ['on', 'off', 'new'],
    metrics: new Map(),
    countApprovers: () => 5,
    hasEnvironment: () => true,
    findWindowFlaw: () => undefined,
    findGateFlaw: () => undefined,
    findHookFlaw: () => undefined,
  });
  if (flaws.length > 0) throw new Error(JSON.stringify(flaws));
  return plan;
}
