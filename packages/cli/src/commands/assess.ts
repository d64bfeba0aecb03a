import type { Command } from 'commander';
import { linesOf } from '../batch/lines-of.ts';
import { UsageError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import type { Session } from '../session.ts';
import { AssessRun } from './assess/assess-run.ts';
import { countOf, type JsonMember, memberOf, objectOf, textOf, wordOf } from './assess/json-value.ts';
import { readStart } from './assess/read-start.ts';
import { readTick } from './assess/read-tick.ts';

export function addAssessCommand(program: Command, session: Session): void {
  program
    .command('assess')
    .description('put the engine of evidence under a harness: ticks from standard input, decisions to standard output')
    .requiredOption('--jsonl', 'a JSON object a line, in and out, one reply for every tick')
    .addHelpText(
      'after',
      '\nIn:  {"v":1,"type":"start","run":"r1","config":{"alpha":0.05,"stages":[0.01,0.5],"metrics":[' +
        '\n       {"name":"errors","kind":"binary","harm":"up","law":"design","margins":[10,1.5]}],"policy":{"ramp":"none"}}}' +
        '\n     {"v":1,"type":"tick","run":"r1","tick":0,"stage":0,"strata":[{"stage":0,' +
        '\n       "alloc":{"control":0.99,"treatment":0.01},"exposures":{"control":190,"treatment":2},' +
        '\n       "metrics":{"errors":{"control":{"n":190,"events":2},"treatment":{"n":2,"events":1}}}}]}' +
        '\n     {"v":1,"type":"end","run":"r1"}' +
        '\nOut: {"run":"r1","tick":0,"decision":"hold","reason":"no-ramp","logE":1.31,"srm":false}' +
        '\nAll numbers of a tick are increments. Docs: docs/statistics.md. A line that makes no sense ends it with code 2.',
    )
    .action(async () => {
      session.exitCode = await assessLines(session.io);
    });
}

async function assessLines(io: CliIo): Promise<ExitCode> {
  let open: { readonly name: string; readonly run: AssessRun } | null = null;
  let lineNumber = 0;

  /** What is to be written for the line: nothing, or one line. */
  const answerTo = (line: string): string => {
    const root = { path: '', value: JSON.parse(line) as unknown };
    const fields = objectOf(root);
    const at = (key: string): JsonMember => memberOf(fields, key, '');
    if (at('v').value !== undefined && at('v').value !== 1) throw new TypeError('v: expected version 1');
    const type = wordOf(at('type'), ['start', 'tick', 'end']);
    const name = textOf(at('run'));
    if (type === 'start') {
      open = { name, run: new AssessRun(readStart(at('config'))) };
      return '';
    }
    if (open?.name !== name) throw new TypeError(`run: ${JSON.stringify(name)} was not started, or another was since`);
    if (type === 'end') {
      open = null;
      return '';
    }
    const tick = countOf(at('tick'));
    const reply = open.run.replyTo(readTick(root, open.run.terms.config.guards), tick);
    return `${JSON.stringify({ run: name, tick, ...reply })}\n`;
  };

  for await (const lines of linesOf(io.stdin)) {
    let answers = '';
    try {
      for (const line of lines) {
        lineNumber += 1;
        if (line.trim() !== '') answers += answerTo(line);
      }
    } catch (error) {
      throw new UsageError(`line ${lineNumber}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      // Whoever waits for the replies before a broken line gets them.
      if (answers !== '') io.stdout.write(answers);
    }
    await io.stdout.drained();
  }
  return EXIT.done;
}
