import type { ExplanationView } from '@tidegate/protocol';
import { type Command, Option } from 'commander';
import type { GlobalOptions } from '../connection.ts';
import { formatExplanation } from '../format/explanation.ts';
import { formatInstant } from '../format/text.ts';
import { countOption, instantOption, jsonObjectOption } from '../input/parse-option.ts';
import type { Session } from '../session.ts';

interface ExplainOptions extends GlobalOptions {
  readonly context: Record<string, unknown>;
  readonly revision?: number;
  readonly at?: number;
  readonly json?: boolean;
}

export function addExplainCommand(program: Command, session: Session): void {
  program
    .command('explain <flag>')
    .description('why a context gets what it gets, rule by rule, and who made it so')
    .requiredOption('--context <json>', 'who asks, like \'{"targetingKey":"u1"}\'', jsonObjectOption)
    .option('--revision <n>', 'as it was at this revision', countOption)
    .addOption(
      new Option('--at <instant>', 'as it was at this moment, like 2026-03-01T14:03:00Z')
        .argParser(instantOption)
        .conflicts('revision'),
    )
    .option('--json', 'as JSON')
    .action(async (key: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ExplainOptions>();
      const api = await session.connect(options);
      const { context, revision, at } = options;
      const answer = await api.explain(key, {
        context,
        ...(revision === undefined ? {} : { revision }),
        ...(at === undefined ? {} : { atMs: at }),
      });
      session.show(options, answer, () => [
        ...formatExplanation(answer, session.paint),
        session.paint.dim(`${api.environment} ${describeMoment(options, answer)}`),
      ]);
    });
}

function describeMoment({ revision, at }: ExplainOptions, answer: ExplanationView): string {
  if (at !== undefined) return `as it was at ${formatInstant(at)}, revision ${answer.revision}`;
  return revision === undefined ? `now, revision ${answer.revision}` : `as it was at revision ${answer.revision}`;
}
