import type { Context } from '@tidegate/evaluation';
import type { Delta, Resync } from '@tidegate/protocol';
import type { KeyKind, StreamConnection, StreamGateway } from '../../stream/gateway.ts';
import { type BrowserChange, browserChanges } from './browser-documents.ts';
import type { EnvironmentView } from './environment-view.ts';

/** A server that comes back meets all of its clients at once: they fetch spread over this time. */
const RESYNC_WITHIN_MS = 2_000;

export const KEY_KINDS = ['server', 'browser'] as const;

/** Sends what an environment's view learnt: one encoding for all server SDKs, one evaluation for each browser. */
export function publishDelta(
  gateway: StreamGateway,
  view: EnvironmentView,
  { delta, change }: { delta: Delta; change: BrowserChange },
): void {
  if (view.deltasSince(delta.fromRevision) === undefined) {
    publishResync(gateway, view);
    return;
  }
  gateway.broadcast(view.environment, 'server', { word: 'delta', payload: delta });
  for (const connection of gateway.connections(view.environment, 'browser')) {
    const changes = browserChanges(view, change, contextOf(connection));
    connection.send({ word: 'delta', payload: { ...delta, changes } });
  }
}

/** The kinds of keys that may get another answer because of a delta. */
export function keyKindsThatSee(delta: Delta, change: BrowserChange): readonly KeyKind[] {
  if (delta.changes.length === 0) return [];
  return change.flagKeys.length === 0 ? ['server'] : KEY_KINDS;
}

export function publishBeat(gateway: StreamGateway, view: EnvironmentView, sentAtMs: number): void {
  const payload = { revision: view.revision, sentAtMs };
  for (const keyKind of KEY_KINDS) gateway.broadcast(view.environment, keyKind, { word: 'beat', payload });
}

/** No delta that can be sent leads to this view from what clients hold. */
export function publishResync(gateway: StreamGateway, view: EnvironmentView): void {
  const payload: Resync = { revision: view.revision, withinMs: RESYNC_WITHIN_MS };
  for (const keyKind of KEY_KINDS) gateway.broadcast(view.environment, keyKind, { word: 'resync', payload });
}

/** What a new connection needs to follow: the deltas since its revision, or the word `resync`; then a beat. */
export function catchUp(view: EnvironmentView, connection: StreamConnection, nowMs: number): void {
  const missed = view.deltasSince(connection.hello.revision);
  // The deltas at hand hold other users' values nowhere, but a browser's are evaluated for it alone: it fetches.
  if (missed === undefined || (connection.keyKind === 'browser' && missed.length > 0)) {
    const payload: Resync = {
      revision: view.revision,
      withinMs: connection.hello.revision === 0 ? 0 : RESYNC_WITHIN_MS,
    };
    connection.send({ word: 'resync', payload });
  } else {
    for (const payload of missed) connection.send({ word: 'delta', payload });
  }
  connection.send({ word: 'beat', payload: { revision: view.revision, sentAtMs: nowMs } });
}

function contextOf(connection: StreamConnection): Context {
  // The handshake's schema has checked that it is a record of JSON values; attributes of other types match nothing.
  return (connection.hello.context ?? {}) as Context;
}
