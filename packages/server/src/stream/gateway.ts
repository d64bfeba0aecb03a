import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Beat, ConnectionView, Delta, Hello, Resync } from '@tidegate/protocol';
import { appliedSchema, helloSchema, PROTOCOL_VERSION, STREAM_PATH } from '@tidegate/protocol';
import { Server, type Socket } from 'socket.io';
import type { Platform } from '../platform.ts';

/**
 * The stream to SDKs, as a mechanism: who is connected, which revision each answers from, and how a word gets to one
 * or to all of them. It knows nothing of flags; what to send is the listener's business.
 *
 * A broadcast is encoded once for a whole room. Compression stays off: 1,000 clients with per-message deflate took
 * 24.6 s and 1.35 GB for what takes 0.4 s without (docs/adr/0005).
 */
export interface StreamGateway {
  /** Encoded once, whatever the number of connections. */
  broadcast(environment: string, keyKind: KeyKind, message: ServerWord): void;
  connections(environment: string, keyKind: KeyKind): Iterable<StreamConnection>;
  environments(): readonly string[];
  /**
   * Closes connections that took nothing since the last `STALLED_CALLS_MAX` calls, each of which a word to everybody
   * must follow. What waits for a client that answers pings and does not read is memory without a bound.
   */
  closeStalled(): void;
  /** How many connections of each environment answer from which revision. */
  countByRevision(): readonly { environment: string; appliedRevision: number; count: number }[];
  describe(environment: string): readonly ConnectionView[];
  /** Asks every SDK to come back later, spread over `spreadMs`, and closes; fulfilled once the HTTP server has closed. */
  close(spreadMs: number): Promise<void>;
}

export type KeyKind = 'server' | 'browser';

export type ServerWord =
  | { readonly word: 'delta'; readonly payload: Delta }
  | { readonly word: 'beat'; readonly payload: Beat }
  | { readonly word: 'resync'; readonly payload: Resync };

export interface StreamConnection {
  readonly id: string;
  readonly environment: string;
  readonly keyKind: KeyKind;
  readonly hello: Hello;
  readonly appliedRevision: number;
  send(message: ServerWord): void;
  close(): void;
}

export interface StreamListener {
  /** Who the key belongs to; undefined refuses. Also the place to load whatever `onOpen` needs at hand. */
  admit(hello: Hello): Promise<{ environment: string; keyKind: KeyKind } | undefined>;
  /** Runs in the same turn in which the connection joins its room: nothing is missed and nothing comes twice. */
  onOpen(connection: StreamConnection): void;
  onApplied(connection: StreamConnection): void;
}

/** A handshake or an `applied` is far smaller; a browser's context may be a few kilobytes. */
const MESSAGE_BYTES_MAX = 64_000;
const PING_INTERVAL_MS = 25_000;
const PING_TIMEOUT_MS = 20_000;
/** As many silent beats as a client waits for before it takes its line for dead. */
const STALLED_CALLS_MAX = 3;
/** A client that is there answers a closing frame at once; a laptop that sleeps never does. */
const FAREWELL_MS = 2_000;

export function createStreamGateway(options: {
  httpServer: HttpServer;
  listener: StreamListener;
  platform: Pick<Platform, 'nowMs' | 'after'>;
}): StreamGateway {
  const { httpServer, listener, platform } = options;
  const io = new Server(httpServer, {
    path: STREAM_PATH,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: MESSAGE_BYTES_MAX,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    // A browser key is public and may be used from any page; it reads nothing that the page's user may not.
    cors: { origin: '*' },
  });
  const admittedSockets = new WeakMap<Socket, OpenConnection>();
  const open = new Rooms();
  const upgraded = new Set<Duplex>();
  httpServer.on('upgrade', (_request, socket) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
  });

  io.use(async (socket, next) => {
    try {
      const hello = helloSchema.safeParse(socket.handshake.auth);
      if (!hello.success)
        return next(refusal('invalid-request', 'the handshake is not a Hello of this protocol version'));
      if (hello.data.protocol !== PROTOCOL_VERSION) {
        return next(refusal('unsupported-protocol', `this server speaks version ${PROTOCOL_VERSION}`));
      }
      const admitted = await listener.admit(hello.data);
      if (admitted === undefined)
        return next(refusal('unauthenticated', 'the key is unknown, revoked, or not for SDKs'));
      admittedSockets.set(
        socket,
        new OpenConnection({ socket, hello: hello.data, ...admitted, connectedAtMs: platform.nowMs() }),
      );
      next();
    } catch {
      next(refusal('unavailable', 'the server cannot check the key just now'));
    }
  });

  io.on('connection', (socket) => {
    const connection = admittedSockets.get(socket);
    if (connection === undefined) return void socket.disconnect(true);
    socket.on('applied', (message: unknown) => {
      const applied = appliedSchema.safeParse(message);
      if (!applied.success) return;
      connection.appliedRevision = applied.data.revision;
      listener.onApplied(connection);
    });
    socket.on('disconnect', () => open.delete(connection));
    listener.onOpen(connection);
    open.add(connection);
    void socket.join(roomOf(connection.environment, connection.keyKind));
  });
  return {
    broadcast: (environment, keyKind, message) =>
      void io.to(roomOf(environment, keyKind)).emit(message.word, message.payload),
    connections: (environment, keyKind) => open.in(environment, keyKind),
    environments: () => [...new Set([...open.all()].map((one) => one.environment))],
    closeStalled() {
      for (const connection of open.all()) connection.closeIfStalled();
    },
    countByRevision: () => countByRevision(open.all()),
    describe: (environment) => [...open.in(environment, 'server'), ...open.in(environment, 'browser')].map(viewOf),
    async close(spreadMs) {
      const payload: Resync = { revision: 0, withinMs: spreadMs };
      io.emit('resync', payload);
      const cancel = platform.after(FAREWELL_MS, () => {
        for (const socket of upgraded) socket.destroy();
      });
      await io.close();
      cancel();
    },
  };
}

class OpenConnection implements StreamConnection {
  readonly socket: Socket;
  readonly hello: Hello;
  readonly environment: string;
  readonly keyKind: KeyKind;
  readonly connectedAtMs: number;
  appliedRevision: number;
  #callsSinceFlush = 0;

  constructor(options: { socket: Socket; hello: Hello; environment: string; keyKind: KeyKind; connectedAtMs: number }) {
    this.socket = options.socket;
    this.hello = options.hello;
    this.environment = options.environment;
    this.keyKind = options.keyKind;
    this.connectedAtMs = options.connectedAtMs;
    this.appliedRevision = options.hello.revision;
    // Words are handed to the transport only once it has got rid of those before.
    this.socket.conn.on('flush', () => {
      this.#callsSinceFlush = 0;
    });
  }

  get id(): string {
    return this.socket.id;
  }

  send(message: ServerWord): void {
    this.socket.emit(message.word, message.payload);
  }

  close(): void {
    this.socket.disconnect(true);
  }

  closeIfStalled(): void {
    // An orderly end would wait behind what is stuck.
    if (this.#callsSinceFlush >= STALLED_CALLS_MAX) this.socket.conn.close(true);
    this.#callsSinceFlush += 1;
  }
}

/** Connections by environment and kind of key, so that a word to a few does not look at all. */
class Rooms {
  readonly #rooms = new Map<string, Set<OpenConnection>>();

  add(connection: OpenConnection): void {
    const name = roomOf(connection.environment, connection.keyKind);
    const room = this.#rooms.get(name);
    if (room === undefined) this.#rooms.set(name, new Set([connection]));
    else room.add(connection);
  }

  delete(connection: OpenConnection): void {
    const name = roomOf(connection.environment, connection.keyKind);
    const room = this.#rooms.get(name);
    if (room?.delete(connection) && room.size === 0) this.#rooms.delete(name);
  }

  in(environment: string, keyKind: KeyKind): ReadonlySet<OpenConnection> {
    return this.#rooms.get(roomOf(environment, keyKind)) ?? NOBODY;
  }

  *all(): Generator<OpenConnection> {
    for (const room of this.#rooms.values()) yield* room;
  }
}

const NOBODY: ReadonlySet<OpenConnection> = new Set();

function roomOf(environment: string, keyKind: KeyKind): string {
  return `${keyKind}:${environment}`;
}

function refusal(code: string, detail: string): Error {
  return Object.assign(new Error(detail), { data: { code, detail } });
}

function viewOf(connection: OpenConnection): ConnectionView {
  const { hello, keyKind, appliedRevision, connectedAtMs } = connection;
  return { instance: hello.instance, sdk: hello.sdk, keyKind, appliedRevision, connectedAtMs };
}

function countByRevision(connections: Iterable<OpenConnection>) {
  const counts = new Map<string, { environment: string; appliedRevision: number; count: number }>();
  for (const { environment, appliedRevision } of connections) {
    const key = `${appliedRevision}:${environment}`;
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { environment, appliedRevision, count: 1 });
    else entry.count += 1;
  }
  return [...counts.values()];
}
