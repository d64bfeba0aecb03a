/** As `show servers state` tells it; `srv_op_state` is 2 for a server that takes traffic. */
export interface ServerState {
  readonly weight: number;
  readonly isUp: boolean;
}

const UP = '2';

/**
 * Reads `show servers state`: a line with the version of the format, one of column names behind a `#`, and one for each
 * server (HAProxy 2.6 management guide, 9.3). Undefined when that is not what came.
 */
export function readServerStates(text: string): ReadonlyMap<string, ServerState> | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const header = lines.find((line) => line.startsWith('# '));
  if (header === undefined) return undefined;
  const columns = header.slice(2).trim().split(/\s+/);
  const states = new Map<string, ServerState>();
  for (const line of lines.slice(lines.indexOf(header) + 1)) {
    const fields = line.trim().split(/\s+/);
    const field = (name: string) => fields[columns.indexOf(name)] ?? '';
    const weight = Number(field('srv_uweight'));
    if (fields.length < columns.length || !Number.isSafeInteger(weight)) return undefined;
    states.set(field('srv_name'), { weight, isUp: field('srv_op_state') === UP });
  }
  return states;
}
