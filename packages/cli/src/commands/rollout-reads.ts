import type { Goal } from '@tidegate/analysis';
import { goalSchema } from '@tidegate/protocol';
import { type Command, InvalidArgumentError } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatDecisions } from '../format/decisions.ts';
import { formatOutlooks } from '../format/guards.ts';
import { formatRecomputation } from '../format/recomputation.ts';
import { formatRolloutStatus } from '../format/rollout-status.ts';
import { formatStageReport } from '../format/stage-report.ts';
import { countOption, durationOption } from '../input/parse-option.ts';
import { findRollout } from '../rollouts/find-rollout.ts';
import { displayFor } from '../rollouts/rollout-display.ts';
import { watchRollout } from '../rollouts/watch-rollout.ts';
import type { Session } from '../session.ts';

/** Decisions shown when nothing else is asked for: the last few tell why. */
const DECISIONS_DEFAULT = 20;
const SUCCEEDED: Goal = { kind: 'succeeded' };

interface ReadOptions extends GlobalOptions {
  readonly json?: boolean;
}

interface WaitOptions extends ReadOptions {
  readonly timeout?: number;
  readonly for?: Goal;
}

/** What an operator, or a pipeline, can ask of one rollout. */
export function addRolloutReads(rollout: Command, session: Session): void {
  addGet(rollout, session);
  addWait(rollout, session, {
    name: 'watch',
    description:
      'follow a rollout to its end: 0 when it succeeds, 1 when it is killed, 3 when time is up, 4 when superseded',
  });
  addWait(rollout, session, {
    name: 'wait',
    description:
      'wait for what --for says: 0 when it is so, 1 when it cannot be any more, 3 when time is up, 4 when superseded',
  }).option(
    '--for <what>',
    'succeeded, healthy, "stage N" (counted from 1) or rolled-back (default: succeeded)',
    goalOption,
  );
  addExplain(rollout, session);
  addReport(rollout, session);
  addHistory(rollout, session);
  addExport(rollout, session);
}

function addGet(rollout: Command, session: Session): void {
  rollout
    .command('get <rollout>')
    .description('where a rollout stands, what holds it, and what the evidence says')
    .option('--watch', 'follow it to its end, as `watch` does')
    .option('--json', 'as JSON')
    .action(async (which: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { watch?: boolean }>();
      if (options.watch === true) return follow(session, which, options);
      const view = await findRollout(await session.connect(options), which);
      session.show(options, view, () => formatRolloutStatus(view, session.io.nowMs(), session.paint));
    });
}

function addWait(
  rollout: Command,
  session: Session,
  { name, description }: { name: string; description: string },
): Command {
  return rollout
    .command(`${name} <rollout>`)
    .description(description)
    .option('--timeout <duration>', 'give up after this long', durationOption)
    .option('--json', 'one JSON document per change')
    .action((which: string, _: unknown, command: Command) =>
      follow(session, which, command.optsWithGlobals<WaitOptions>()),
    );
}

async function follow(session: Session, which: string, options: WaitOptions): Promise<void> {
  const api = await session.connect(options);
  const view = await findRollout(api, which);
  session.exitCode = await watchRollout({
    api,
    io: session.io,
    rolloutId: view.id,
    display: displayFor(session, options),
    goal: options.for ?? SUCCEEDED,
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
  });
}

function addExplain(rollout: Command, session: Session): void {
  rollout
    .command('explain <rollout>')
    .description('what was decided and from what evidence, and what would change it')
    .option('--limit <n>', 'decisions to show, the newest', countOption, DECISIONS_DEFAULT)
    .option('--decision <n>', 'decide this one again from its stored input: 0 when the two agree, else 1', countOption)
    .option('--json', 'as JSON')
    .action(async (which: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { limit: number; decision?: number }>();
      const api = await session.connect(options);
      const view = await findRollout(api, which);
      if (options.decision !== undefined) {
        const explanation = await api.explainDecision(view.id, options.decision);
        session.exitCode = explanation.agrees ? 0 : 1;
        session.show(options, explanation, () => formatRecomputation(explanation, session.paint));
        return;
      }
      const decisions = (await api.listDecisions(view.id, options.limit)).toReversed();
      session.show(options, { rollout: view, decisions }, () => [
        ...formatRolloutStatus(view, session.io.nowMs(), session.paint),
        ...(view.active ? ['', 'What would change it:', ...formatOutlooks(view.assessment)] : []),
        '',
        'Decisions:',
        ...formatDecisions(decisions, session.paint),
      ]);
    });
}

function addReport(rollout: Command, session: Session): void {
  rollout
    .command('report <rollout>')
    .description('classical tests of a stage that was left: to read once, not to decide by')
    .requiredOption('--stage <n>', 'which stage, counted from 1', countOption)
    .option('--json', 'as JSON, with all that the tests say')
    .action(async (which: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions & { stage: number }>();
      const api = await session.connect(options);
      const { id } = await findRollout(api, which);
      const report = await api.reportStage(id, options.stage);
      session.show(options, report, () => formatStageReport(report, session.paint));
    });
}

function addHistory(rollout: Command, session: Session): void {
  rollout
    .command('history <rollout>')
    .description('every decision about a rollout, oldest first')
    .option('--json', 'as JSON')
    .action(async (which: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReadOptions>();
      const api = await session.connect(options);
      const { id } = await findRollout(api, which);
      const decisions = (await api.listAllDecisions(id)).toReversed();
      session.show(options, decisions, () => formatDecisions(decisions, session.paint));
    });
}

function addExport(rollout: Command, session: Session): void {
  rollout
    .command('export <rollout>')
    .description('the rollout and all its decisions with their inputs, as one JSON document, to keep or to recompute')
    .action(async (which: string, _: unknown, command: Command) => {
      const api = await session.connect(command.optsWithGlobals<GlobalOptions>());
      const view = await findRollout(api, which);
      const decisions = (await api.listAllDecisions(view.id)).toReversed();
      session.print([JSON.stringify({ rollout: view, decisions }, null, 2)]);
    });
}

function goalOption(text: string): Goal {
  const goal = goalSchema.safeParse(text);
  if (goal.success) return goal.data;
  throw new InvalidArgumentError('Expected succeeded, healthy, "stage 2" or rolled-back.');
}
