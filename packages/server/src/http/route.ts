import type { IncomingHttpHeaders } from 'node:http';
import type { Actor } from '@tidegate/analysis';
import type { ProblemCode } from '@tidegate/protocol';
import type * as z from 'zod';
import type { KeyRow } from '../storage/storage.ts';

/**
 * One row of the route table. The same row validates the request, decides who may call, and describes the route in
 * the OpenAPI document: a route that is not in the table does not exist, and a row without `access` does not compile.
 */
export interface Route<Params = unknown, Query = unknown, Body = unknown> {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  /** OpenAPI form: `/api/v1/projects/{project}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly access: Access;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** Of the body, uncompressed; what a flag with all its limits used needs when absent. */
  readonly bodyBytesMax?: number | undefined;
  /** Updates that need `If-Match`: 428 without it, 412 when it is stale; or that heed one that comes. */
  readonly ifMatch?: 'required' | 'heeded';
  readonly reply: { readonly status: number; readonly description: string; readonly schema?: z.ZodType };
  /** The problems that this route answers with, beyond those that every route may. */
  readonly problems: readonly ProblemCode[];
  handle(request: RouteRequest<Params, Query, Body>): Promise<RouteReply>;
}

/** Types a route's handler by its own schemas, before the table forgets them. */
export function defineRoute<Params, Query, Body>(route: Route<Params, Query, Body>): Route {
  return route;
}

/**
 * Who may call: anyone, or an operator key with at least this role. SDK keys have addresses of their own, which are
 * not in this table (`sdk-handler.ts`).
 */
export type Access =
  | { readonly kind: 'public' }
  | {
      readonly kind: 'operator';
      readonly role: 'reader' | 'killer' | 'editor' | 'admin';
      /** Or, in place of a key, a request that is signed by one of the environment's secrets for signals. */
      readonly orSigned?: true;
      /** Or with the key as the password of HTTP's basic authentication, for callers that know no other. */
      readonly orBasic?: true;
    };

interface RouteRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The revision or version in `If-Match`; 0 where none is needed and none came. */
  readonly expectedVersion: number;
  readonly principal: Principal;
  readonly ifNoneMatch: string | undefined;
  readonly nowMs: number;
}

/** Whoever a key stands for, or a signature. A public route's principal is anonymous. */
export interface Principal {
  readonly key: KeyRow | null;
  readonly actor: Actor;
  /** Of a signed request: the sender's id of the message, the same each time that it is sent. */
  readonly messageId?: string;
}

/** Whose signature a request has. Throws `invalid-signature`. */
export type VerifySignature = (request: {
  readonly environment: string;
  readonly headers: IncomingHttpHeaders;
  /** As it was sent, byte for byte. */
  readonly body: string;
}) => Principal;

export interface RouteReply {
  readonly status: number;
  readonly body?: unknown;
  /** Becomes `ETag: "…"`. */
  readonly version?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
