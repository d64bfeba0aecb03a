import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Hook } from '@tidegate/analysis';
import type { Logger } from 'pino';
import type { TrafficConfig } from './config.ts';
import { errorReporter } from './error-reporter.ts';
import { keyRoutes } from './features/access/index.ts';
import { auditRoutes } from './features/audit/index.ts';
import { dashboardPages } from './features/dashboard/index.ts';
import { Confirmations, Delivery } from './features/delivery/index.ts';
import { environmentRoutes } from './features/environments/index.ts';
import { Accounting, eventRoutes } from './features/events/index.ts';
import { flagRoutes } from './features/flags/index.ts';
import { GateKeeper } from './features/gates/index.ts';
import { metricRoutes } from './features/metrics/index.ts';
import { channelRoutes, findWebhookFlaw, noticeRoutes, OutboxDispatcher } from './features/notices/index.ts';
import { Ofrep } from './features/ofrep/index.ts';
import {
  createRolloutMetrics,
  createServerMetrics,
  operationRoutes,
  trafficRoutes,
} from './features/operations/index.ts';
import { projectRoutes } from './features/projects/index.ts';
import { Measurements, providerRoutes } from './features/providers/index.ts';
import { RolloutController, rolloutRoutes } from './features/rollouts/index.ts';
import { Scheduler, scheduleRoutes } from './features/schedules/index.ts';
import { segmentRoutes } from './features/segments/index.ts';
import { signalRoutes, signatureVerifier } from './features/signals/index.ts';
import { templateRoutes } from './features/templates/index.ts';
import { adapterRoutes, TrafficKeeper } from './features/traffic/index.ts';
import { usageRoutes } from './features/usage/index.ts';
import { createHttpApp } from './http/http-app.ts';
import { createKeyByIdFinder, createKeyFinder } from './http/key-finder.ts';
import { createSdkHandler } from './http/sdk-handler.ts';
import { createHttpClient, socketOpener } from './http-client/index.ts';
import type { OutboundSecret } from './outbound-secrets.ts';
import type { Platform } from './platform.ts';
import type { SignalSecret } from './signal-secrets.ts';
import type { Storage } from './storage/storage.ts';
import { createStreamGateway } from './stream/gateway.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly node: string;
  readonly shutdownMs: number;
  readonly storage: Storage;
  readonly platform: Platform;
  readonly log: Logger;
  /** As `Config` has them; none when absent. */
  readonly outboundAllow?: readonly string[];
  readonly secrets?: ReadonlyMap<string, OutboundSecret>;
  readonly traffic?: ReadonlyMap<string, TrafficConfig>;
  readonly signalSecrets?: ReadonlyMap<string, SignalSecret>;
}

export interface TidegateServer {
  readonly url: string;
  /** Stops taking work, finishes what it took, writes a checkpoint, gives leases back. The storage stays open. */
  close(): Promise<void>;
}

/** SDKs that a stopping server sends away come back spread over this time. */
const RECONNECT_SPREAD_MS = 5_000;
/** Longer than load balancers keep an idle connection: who closes first must not be us, in the middle of a request. */
const KEEP_ALIVE_MS = 75_000;
/** While stopping, connections without a request are closed this often. */
const IDLE_SWEEP_MS = 50;

/** The composition root: every object of the server is made here, in the order in which data flows. */
export async function createServer(options: ServerOptions): Promise<TidegateServer> {
  const { storage, platform, log, node, outboundAllow = [], secrets = new Map<string, OutboundSecret>() } = options;
  const onError = errorReporter(log, platform.nowMs);
  await storage.migrate();

  const findKey = createKeyFinder({ storage, nowMs: platform.nowMs });
  const delivery = new Delivery({ storage, platform, findKey, onError });
  const findKeyById = createKeyByIdFinder({ storage, nowMs: platform.nowMs });
  const ofrep = new Ofrep({ delivery, platform, findKey, findKeyById, onError });
  const accounting = new Accounting({ storage, platform, node, onError });
  let draining = false;

  const confirmations = new Confirmations({
    storage,
    platform,
    node,
    onError,
    countByRevision: () => gateway.countByRevision(),
  });
  const client = createHttpClient({ platform, allowedHosts: outboundAllow });
  const gates = new GateKeeper({
    client,
    secrets,
    platform,
    onError,
    onAnswer(environment, answer) {
      rolloutMetrics.answered(environment, answer);
      void controller.look(environment);
    },
  });
  const measurements = new Measurements({
    storage,
    client,
    secrets,
    platform,
    onError,
    findLease: (environment) => accounting.holding(environment)?.lease,
    onAnswer: (environment, result) => rolloutMetrics.measured(environment, result),
    onMeasured: (environment, rolloutId) => void controller.lookAtSome(environment, [rolloutId]),
  });
  const adapters = { client, secrets, traffic: options.traffic ?? new Map<string, TrafficConfig>(), platform };
  const traffic = new TrafficKeeper({
    ...adapters,
    storage,
    accounting,
    log,
    onConfirmation: (environment) => void controller.look(environment),
  });
  const senders = { client, secrets, platform, openSocket: socketOpener({ platform, allowedHosts: outboundAllow }) };
  const outbox = new OutboxDispatcher({ ...senders, storage, log, leases: accounting });
  const gather = {
    findHookFlaw: (environment: string, hook: Hook) => findWebhookFlaw(hook, { environment, all: secrets }),
    traffic,
    gates,
    measurements,
    storage,
    accounting,
    countConfirmations: (environment: string, revision: number) => confirmations.count(environment, revision),
  };
  const metrics = createServerMetrics({ gateway: () => gateway, accounting, storage, nowMs: platform.nowMs });
  const rolloutMetrics = createRolloutMetrics({
    registry: metrics.registry,
    nowMs: platform.nowMs,
    held: () => accounting.held(),
  });
  const controller = new RolloutController({
    ...gather,
    platform,
    node,
    log,
    onLook: rolloutMetrics.looked,
    onDecision(environment, kind) {
      metrics.decisions.inc({ environment, kind });
      void traffic.look(environment);
      void outbox.look(environment);
    },
  });
  const scheduler = new Scheduler({ storage, platform, accounting, log });

  const deps = { storage, nowMs: platform.nowMs, randomId: platform.randomId, randomBytes: platform.randomBytes };
  const app = createHttpApp({
    storage,
    log,
    nowMs: platform.nowMs,
    findKey,
    randomId: platform.randomId,
    pages: dashboardPages(),
    verifySignature: signatureVerifier(options.signalSecrets ?? new Map()),
    routes: [
      ...operationRoutes({ storage, platform, metrics, isDraining: () => draining }),
      ...projectRoutes(deps),
      ...environmentRoutes(deps),
      ...flagRoutes(deps),
      ...scheduleRoutes(deps),
      ...usageRoutes(deps),
      ...segmentRoutes(deps),
      ...metricRoutes(deps),
      ...templateRoutes(deps),
      ...providerRoutes({ ...deps, client, secrets }),
      ...adapterRoutes({ ...adapters, storage, onChange: (environment) => void traffic.look(environment) }),
      ...channelRoutes({ ...senders, storage }),
      ...noticeRoutes({ storage, onResend: (environment) => void outbox.look(environment) }),
      ...keyRoutes(deps),
      ...auditRoutes(deps),
      ...rolloutRoutes({ ...gather, platform, controller }),
      ...signalRoutes({ storage, controller }),
      ...trafficRoutes({ accounting, connections: (environment) => gateway.describe(environment) }),
    ],
  });
  const answer = createSdkHandler({
    routes: [
      ...delivery.sdkRoutes,
      ...ofrep.sdkRoutes,
      ...eventRoutes({
        storage,
        nowMs: platform.nowMs,
        onAcknowledged(environment, durationMs) {
          accounting.wake(environment);
          metrics.batchSeconds.observe({ environment }, durationMs / 1_000);
        },
      }),
    ],
    findKey,
    randomId: platform.randomId,
    onError,
    next: app,
  });
  const httpServer = createHttpServer((request, response) => {
    // A client that keeps its connection would go on sending here for as long as the stop takes.
    if (draining) response.setHeader('connection', 'close');
    answer(request, response);
  });
  httpServer.keepAliveTimeout = KEEP_ALIVE_MS;
  const sockets = openSockets(httpServer);
  const gateway = createStreamGateway({ httpServer, listener: delivery.listener, platform });

  delivery.start(gateway);
  ofrep.start();
  delivery.onApplied((environment) => controller.lookIfAborting(environment));
  await listen(httpServer, options);
  httpServer.on('error', onError);
  confirmations.start();
  gates.start();
  controller.start();
  measurements.start();
  traffic.start();
  scheduler.start();
  outbox.start();
  // Rules are served and rollouts controlled from here on, each environment's as soon as its evidence has caught up.
  await accounting.start();

  // A TCP server's address is an object; only a pipe's is a string.
  const { port } = httpServer.address() as AddressInfo;
  return {
    url: urlOf({ host: options.host, port }),
    async close() {
      draining = true;
      ofrep.stop();
      const closed = new Promise<void>((done) => httpServer.close(() => done()));
      const cut = platform.after(options.shutdownMs, () => {
        for (const socket of sockets) socket.destroy();
      });
      // Requests that were under way end on connections that their clients would keep.
      const sweep = platform.every(IDLE_SWEEP_MS, () => httpServer.closeIdleConnections());
      await Promise.all([closed, gateway.close(RECONNECT_SPREAD_MS)]);
      sweep();
      cut();
      await confirmations.stop();
      await controller.stop();
      await measurements.stop();
      await traffic.stop();
      gates.stop();
      await scheduler.stop();
      await outbox.stop();
      await accounting.stop();
      delivery.stop();
    },
  };
}

export function urlOf({ host, port }: Pick<ServerOptions, 'host' | 'port'>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Every connection, also those that became streams, which an HTTP server does not count as its own any more. */
function openSockets(httpServer: HttpServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  httpServer.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

function listen(httpServer: HttpServer, { host, port }: ServerOptions): Promise<void> {
  return new Promise((listening, failed) => {
    httpServer.once('error', failed);
    httpServer.listen(port, host, () => {
      httpServer.off('error', failed);
      listening();
    });
  });
}
