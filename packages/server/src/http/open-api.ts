import { PROBLEMS, type ProblemCode, problemSchema } from '@tidegate/protocol';
import * as z from 'zod';
import { JsonSchemas } from './json-schemas.ts';
import { defineRoute, type Route } from './route.ts';

type JsonObject = Record<string, unknown>;

/** The route that tells all routes, itself included. */
export function openApiRoute(routes: readonly Route[]): Route {
  let document: JsonObject | undefined;
  const self = defineRoute({
    method: 'get',
    path: '/api/v1/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    tag: 'operations',
    access: { kind: 'public' },
    reply: { status: 200, description: 'the document', schema: z.looseObject({}) },
    problems: [],
    handle: async () => {
      document ??= openApiDocument([...routes, self]);
      return { status: 200, body: document };
    },
  });
  return self;
}

/** The route table as OpenAPI 3.1: what is enforced is what is told, because both are read from the same rows. */
function openApiDocument(routes: readonly Route[]): JsonObject {
  const schemas = new JsonSchemas();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemas) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tidegate',
      version: '1',
      description:
        'Refusals are problem details (RFC 9457) with a code; updates need If-Match with the ETag read before.',
    },
    paths,
    components: {
      schemas: schemas.components(),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

const SECURITY_SCHEMES = {
  operatorKey: { type: 'http', scheme: 'bearer', description: 'An operator key: tg_op_…' },
  operatorPassword: { type: 'http', scheme: 'basic', description: 'An operator key as the password; any user.' },
  signature: { type: 'apiKey', in: 'header', name: 'webhook-signature', description: 'As Standard Webhooks has it.' },
};

/** Any one of them lets in. */
function securityOf(access: Route['access']): JsonObject[] {
  if (access.kind === 'public') return [];
  return [
    { operatorKey: [] },
    ...(access.orBasic === true ? [{ operatorPassword: [] }] : []),
    ...(access.orSigned === true ? [{ signature: [] }] : []),
  ];
}

function operationOf(route: Route, schemas: JsonSchemas): JsonObject {
  const { access, reply } = route;
  const etag = { ETag: { schema: { type: 'string' }, description: 'The version or revision, where there is one.' } };
  return {
    summary: route.summary,
    tags: [route.tag],
    security: securityOf(access),
    ...(access.kind === 'public' ? {} : { 'x-tidegate-role': access.role }),
    parameters: parametersOf(route, schemas),
    ...(route.body === undefined
      ? {}
      : { requestBody: { content: { [bodyType(route)]: { schema: schemas.add(route.body, 'input') } } } }),
    responses: {
      [reply.status]: {
        description: reply.description,
        headers: etag,
        ...(reply.schema === undefined
          ? {}
          : { content: { 'application/json': { schema: schemas.add(reply.schema, 'output') } } }),
      },
      ...refusalsOf(route, schemas),
    },
  };
}

function bodyType(route: Route): string {
  return route.method === 'patch' ? 'application/merge-patch+json' : 'application/json';
}

function parametersOf(route: Route, schemas: JsonSchemas): JsonObject[] {
  const ifMatch = {
    name: 'If-Match',
    in: 'header',
    required: route.ifMatch === 'required',
    schema: { type: 'string' },
    description: 'The ETag of what you read: "17".',
  };
  return [
    ...membersOf(route.params, schemas, 'path'),
    ...membersOf(route.query, schemas, 'query'),
    ...(route.ifMatch === undefined ? [] : [ifMatch]),
  ];
}

function membersOf(schema: z.ZodType | undefined, schemas: JsonSchemas, place: 'path' | 'query'): JsonObject[] {
  if (schema === undefined) return [];
  const json = schemas.add(schema, 'input');
  const required = Array.isArray(json['required']) ? json['required'] : [];
  return Object.entries(json['properties'] ?? {}).map(([name, member]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: member,
  }));
}

function refusalsOf(route: Route, schemas: JsonSchemas): JsonObject {
  const schema = schemas.add(problemSchema, 'output');
  const codesByStatus = new Map<number, ProblemCode[]>();
  for (const code of refusalCodesOf(route)) {
    const { status } = PROBLEMS[code];
    codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
  }
  const refusals = [...codesByStatus].map(([status, codes]) => [
    status,
    { description: codes.join(', '), content: { 'application/problem+json': { schema } } },
  ]);
  return Object.fromEntries(refusals);
}

/** What the route itself names, and what its row makes it refuse. */
export function refusalCodesOf(route: Route): ReadonlySet<ProblemCode> {
  const codes = new Set<ProblemCode>(['internal', 'unavailable', ...route.problems]);
  const add = (when: boolean, ...more: ProblemCode[]) => {
    if (when) for (const code of more) codes.add(code);
  };
  add(route.access.kind !== 'public', 'unauthenticated', 'forbidden', 'rate-limited');
  add(route.params !== undefined, 'not-found');
  add(route.query !== undefined || route.body !== undefined, 'invalid-request');
  add(route.body !== undefined, 'malformed-json', 'body-too-large', 'unsupported-encoding', 'unsupported-media-type');
  add(route.ifMatch === 'required', 'precondition-required');
  add(route.ifMatch !== undefined, 'precondition-failed');
  return codes;
}
