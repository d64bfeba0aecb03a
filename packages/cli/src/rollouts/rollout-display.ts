import type { RolloutView } from '@tidegate/protocol';
import { formatFailure } from '../format/failure.ts';
import { PLAIN } from '../format/paint.ts';
import { changeKeyOf, formatRolloutLine } from '../format/rollout-line.ts';
import { formatRolloutStatus } from '../format/rollout-status.ts';
import type { Session } from '../session.ts';

/** Shows a rollout as it moves. */
export interface RolloutDisplay {
  show(view: RolloutView, nowMs: number): void;
  /** The server does not answer just now; what is shown is old. */
  trouble(message: string): void;
}

/** A person at a terminal sees one status redrawn; a log gets a line per change, a program a document per change. */
export function displayFor(session: Session, options: { json?: boolean }): RolloutDisplay {
  if (options.json === true) return changesOnly(session, (view) => JSON.stringify(view));
  if (!session.io.stdout.isTerminal) return changesOnly(session, formatRolloutLine);
  return redrawn(session);
}

function changesOnly(session: Session, format: (view: RolloutView, nowMs: number) => string): RolloutDisplay {
  let shown: string | undefined;
  let troubled: string | undefined;
  return {
    show(view, nowMs) {
      troubled = undefined;
      const key = changeKeyOf(view);
      if (key === shown) return;
      shown = key;
      session.print([format(view, nowMs)]);
    },
    trouble(message) {
      if (message === troubled) return;
      troubled = message;
      for (const line of formatFailure(message, PLAIN)) session.io.stderr.write(`${line}\n`);
    },
  };
}

const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';
const CLEAR_BELOW = '\u001b[0J';

/** Lines must not wrap while they are drawn: the way up to the first one is their number. */
function redrawn(session: Session): RolloutDisplay {
  let lines: readonly string[] = [];
  const draw = (next: readonly string[]) => {
    const up = lines.length === 0 ? '' : `\u001b[${lines.length}A\r`;
    session.io.stdout.write(`${up}${CLEAR_BELOW}${WRAP_OFF}${next.map((line) => `${line}\n`).join('')}${WRAP_ON}`);
    lines = next;
  };
  let status: readonly string[] = [];
  return {
    show(view, nowMs) {
      status = formatRolloutStatus(view, nowMs, session.paint);
      draw(status);
    },
    trouble(message) {
      draw([...status, session.paint.yellow(`${message} What is shown above is old; trying again.`)]);
    },
  };
}
