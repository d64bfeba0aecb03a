import pc from 'picocolors';
import type { CliIo, Output } from '../io.ts';

/** Colours, or their absence. A colour never carries meaning alone: the word is always there too. */
export type Paint = ReturnType<typeof pc.createColors>;

export const PLAIN: Paint = pc.createColors(false);

/** Colours on a terminal, unless NO_COLOR is set to anything (https://no-color.org). */
export function paintFor(io: CliIo, output: Output): Paint {
  return pc.createColors(output.isTerminal && (io.env['NO_COLOR'] ?? '') === '');
}
