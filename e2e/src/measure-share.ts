import { connect } from 'node:net';

/** Requests of one connection: proxies end one after a thousand. */
const PER_CONNECTION = 250;
const CONNECTIONS_MAX = 8;

export interface Served {
  readonly old: number;
  readonly new: number;
}

let userCount = 0;

/** Sends requests of that many users, each another one, to a port of loopback, and counts which version answered them. */
export async function measureShare(port: number, requestCount: number): Promise<Served> {
  const rounds = Array.from({ length: Math.ceil(requestCount / PER_CONNECTION) }, (_, index) =>
    Math.min(PER_CONNECTION, requestCount - index * PER_CONNECTION),
  );
  const counts: Served[] = [];
  const work = async (): Promise<void> => {
    for (let count = rounds.shift(); count !== undefined; count = rounds.shift()) {
      counts.push(await sendAll(port, count));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS_MAX }, work));
  return {
    old: counts.reduce((sum, count) => sum + count.old, 0),
    new: counts.reduce((sum, count) => sum + count.new, 0),
  };
}

/** All on one connection, none of which waits for another (RFC 9112, 9.3.2). */
function sendAll(port: number, requestCount: number): Promise<Served> {
  return new Promise((sent, failed) => {
    const socket = connect({ host: '127.0.0.1', port });
    let text = '';
    socket.setEncoding('latin1');
    socket.on('connect', () => {
      const requests = Array.from({ length: requestCount }, (_, index) => {
        userCount += 1;
        const closing = index === requestCount - 1 ? 'connection: close\r\n' : '';
        return `GET / HTTP/1.1\r\nhost: demo\r\nx-user: user-${userCount}\r\n${closing}\r\n`;
      });
      socket.write(requests.join(''));
    });
    socket.on('data', (part: string) => {
      text += part;
    });
    socket.on('error', failed);
    socket.on('end', () => {
      socket.destroy();
      const count = (version: string) => text.split(`x-version: ${version}`).length - 1;
      const served = { old: count('old'), new: count('new') };
      if (served.old + served.new === requestCount) return sent(served);
      failed(new Error(`${served.old + served.new} of ${requestCount} requests were served: ${text.slice(-300)}`));
    });
  });
}
