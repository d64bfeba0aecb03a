import type { RolloutCommand } from '@tidegate/analysis';
import type { RolloutCommandBody } from '@tidegate/protocol';
import type { Command } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-code.ts';
import { formatFreeze } from '../format/freeze.ts';
import { formatRolloutStatus } from '../format/rollout-status.ts';
import { countOption, durationOption } from '../input/parse-option.ts';
import { findRollout } from '../rollouts/find-rollout.ts';
import type { Session } from '../session.ts';

type Kind = Exclude<RolloutCommand['kind'], 'start'>;

const SUMMARIES: Readonly<Record<Kind, string>> = {
  pause: 'stay at the present share; the guards stay armed',
  resume: 'go on where a pause began',
  promote: 'take the next stage now, past timers and samples, never past harm',
  jump: 'go to another stage; down begins the evidence anew',
  approve: 'say yes to the stage that asks for approval, to an inconclusive result or a marginal score',
  reject: 'say no to the stage that asks for approval: it is rolled back',
  abort: 'kill it: everybody gets control',
  retry: 'try again from the first stage what was rolled back',
  undo: 'take a success back: everybody gets control at once',
  freeze: 'keep the share until somebody unfreezes it; the guards stay armed',
  unfreeze: 'go on at the frozen stage, from its beginning',
  supersede: 'take the rule away from it and serve one variation instead; the rollout is over',
};

/**
 * Commands that mean another thing at another stage: had the rollout moved meanwhile, they are not carried out. The
 * others only ever hold or lower exposure, or go on as before, and must not be refused for a race.
 */
const OF_THE_STAGE_SEEN: readonly Kind[] = ['promote', 'jump', 'approve', 'reject', 'unfreeze', 'retry'];

interface OrderOptions extends GlobalOptions {
  readonly reason: string;
  readonly json?: boolean;
  readonly expectVersion?: number;
  readonly full?: boolean;
  readonly gradual?: boolean;
  readonly acceptRisk?: boolean;
  readonly stage?: number;
  readonly serve?: string;
  readonly all?: boolean;
  readonly for?: number;
  readonly show?: boolean;
}

/** What an operator can tell a rollout to do. 0: done; 4: it moved meanwhile, or cannot do that now. */
export function addRolloutOrders(rollout: Command, session: Session): void {
  addOrder(rollout, session, 'pause');
  addOrder(rollout, session, 'resume');
  addOrder(rollout, session, 'promote').option('--full', 'all stages at once: to the bake at the last one');
  addOrder(rollout, session, 'jump')
    .requiredOption('--stage <n>', 'the stage to go to, counted from 1', countOption)
    .option('--accept-risk', 'pass stages that nobody watched');
  addOrder(rollout, session, 'approve');
  addOrder(rollout, session, 'reject');
  addOrder(rollout, session, 'abort').option('--gradual', 'in steps, as the plan says');
  addOrder(rollout, session, 'retry').option('--accept-risk', 'also within an hour of shown harm');
  addOrder(rollout, session, 'undo');
  addOrder(rollout, session, 'supersede').requiredOption('--serve <variation>', 'what the rule serves from now on');
  addFreeze(rollout, session);
  addUnfreeze(rollout, session);
}

function addOrder(rollout: Command, session: Session, kind: Kind): Command {
  return named(rollout, `${kind} <rollout>`, kind).action(async (which: string, _: unknown, command: Command) => {
    await order(session, { kind, which, options: command.optsWithGlobals<OrderOptions>() });
  });
}

function addFreeze(rollout: Command, session: Session): void {
  named(rollout, 'freeze [rollout]', 'freeze')
    .option('--all', 'every rollout of the environment: none rises')
    .option('--for <duration>', 'with --all: it ends by itself after this long', durationOption)
    .option('--show', 'change nothing: whether the environment is frozen, until when, by whom and why')
    .action(async (which: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<OrderOptions>();
      if (options.show === true) return showFreeze(session, which, options);
      if (isOne(which, options)) return order(session, { kind: 'freeze', which, options });
      const untilMs = options.for === undefined ? null : session.io.nowMs() + options.for;
      const view = await (await session.connect(options)).freezeEnvironment({ untilMs, reason: options.reason });
      session.show(options, view, () => ['No rollout of the environment rises. What harms is killed as ever.']);
    });
}

async function showFreeze(session: Session, which: string | undefined, options: OrderOptions): Promise<void> {
  if (which !== undefined) throw new UsageError('--show tells of the environment: `rollout get` tells of one rollout.');
  const view = await (await session.connect(options)).getFreeze();
  const lines = formatFreeze(view, session.io.nowMs(), session.paint);
  session.show(options, view, () => (lines.length === 0 ? ['The environment is not frozen.'] : lines));
}

function addUnfreeze(rollout: Command, session: Session): void {
  named(rollout, 'unfreeze [rollout]', 'unfreeze')
    .option('--accept-risk', 'also after harm was shown; its evidence begins anew')
    .option('--all', 'every rollout of the environment')
    .action(async (which: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<OrderOptions>();
      if (isOne(which, options)) return order(session, { kind: 'unfreeze', which, options });
      const view = await (await session.connect(options)).unfreezeEnvironment();
      session.show(options, view, () => ['The rollouts of the environment may rise again.']);
    });
}

function isOne(which: string | undefined, { all }: OrderOptions): which is string {
  if ((which === undefined) !== (all === true)) throw new UsageError('Name one rollout, or say --all.');
  return which !== undefined;
}

function named(rollout: Command, usage: string, kind: Kind): Command {
  return rollout
    .command(usage)
    .description(SUMMARIES[kind])
    .option('--reason <text>', 'why, for the log', '')
    .option('--expect-version <n>', 'only while the rollout has this version', countOption)
    .option('--json', 'as JSON');
}

async function order(
  session: Session,
  { kind, which, options }: { kind: Kind; which: string; options: OrderOptions },
): Promise<void> {
  session.conflictCode = EXIT.conflict;
  const api = await session.connect(options);
  const seen = await findRollout(api, which);
  const expectedVersion = options.expectVersion ?? (OF_THE_STAGE_SEEN.includes(kind) ? seen.version : undefined);
  const view = await api.commandRollout(seen.id, kind, {
    ...bodyOf(kind, options),
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  });
  session.show(options, view, () => formatRolloutStatus(view, session.io.nowMs(), session.paint));
}

/** Only what was said: the server takes no word that a command does not know. */
function bodyOf(kind: Kind, { reason, full, gradual, acceptRisk, stage, serve }: OrderOptions): RolloutCommandBody {
  return {
    reason,
    ...(full === true ? { full } : {}),
    ...(gradual === true ? { gradual } : {}),
    ...(acceptRisk === true ? { acceptRisk } : {}),
    ...(serve === undefined ? {} : { serve: { kind: 'variation', variation: serve } }),
    ...(kind === 'jump' && stage !== undefined ? { stageIndex: stage - 1 } : {}),
  };
}
