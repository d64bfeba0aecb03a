import { connect } from 'node:net';

export type RuntimeAnswer =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'failed'; readonly detail: string };

/** A backend of thousands of servers fits. */
const ANSWER_LENGTH_MAX = 1_048_576;

/**
 * Sends one line to HAProxy's runtime API and reads what comes until it hangs up, which it does after each line (HAProxy
 * management guide, 9.3). The line must be made of checked names: a `;` in one would begin another command.
 */
export function askRuntimeApi(address: string, line: string, signal: AbortSignal): Promise<RuntimeAnswer> {
  return new Promise((answer) => {
    if (signal.aborted) return answer({ kind: 'failed', detail: `${address}: cancelled` });
    const socket = connect(placeOf(address));
    let text = '';
    const settle = (settled: RuntimeAnswer): void => {
      signal.removeEventListener('abort', cancel);
      socket.destroy();
      answer(settled);
    };
    const cancel = (): void => settle({ kind: 'failed', detail: `${address} did not answer in time.` });
    signal.addEventListener('abort', cancel, { once: true });
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${line}\n`));
    socket.on('data', (part: string) => {
      text += part;
      if (text.length > ANSWER_LENGTH_MAX) settle({ kind: 'failed', detail: `${address} answers without an end.` });
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle({ kind: 'failed', detail: `${address}: ${error.code ?? error.message}` }),
    );
    socket.on('end', () => settle({ kind: 'answered', text }));
  });
}

function placeOf(address: string): { readonly path: string } | { readonly host: string; readonly port: number } {
  if (address.startsWith('/')) return { path: address };
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
