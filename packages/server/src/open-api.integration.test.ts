import { PROBLEMS } from '@tidegate/protocol';
import { manualClock } from '@tidegate/testkit';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApiRoute, refusalCodesOf } from './http/open-api.ts';
import { openRestApi, type RestApi } from './rest-api.fixture.ts';

let api: RestApi;
let text: string;
let document: { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };
interface Operation {
  readonly responses: object;
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Schema }> };
}
interface Schema {
  readonly $ref?: string;
  readonly required?: readonly string[];
}

beforeAll(async () => {
  api = await openRestApi({ nowMs: manualClock(1_700_000_000_000).nowMs });
  const reply = await request(api.app).get('/api/v1/openapi.json').expect(200);
  text = reply.text;
  document = reply.body;
});
afterAll(() => api.close());

test('the document tells every route of the table, and how each of them refuses', () => {
  const table = [...api.routes, openApiRoute(api.routes)];
  for (const route of table) {
    const operation = document.paths[route.path]?.[route.method];
    const statuses = [...refusalCodesOf(route)].map((code) => String(PROBLEMS[code].status));
    expect(Object.keys(operation?.responses ?? {}), `${route.method} ${route.path}`).toEqual(
      expect.arrayContaining([...statuses, String(route.reply.status)]),
    );
  }
  const told = Object.values(document.paths).flatMap((methods) => Object.keys(methods));
  expect(told).toHaveLength(table.length);
});

test('every reference leads to a component', () => {
  const references = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference));
  expect(references.size).toBeGreaterThan(10);
  const components = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
  expect(components).toEqual(expect.arrayContaining([...references]));
});

test('what has a default may be left out of a request, and is always in an answer', () => {
  const { NewFlag, Flag } = document.components.schemas;
  expect(NewFlag?.required).toEqual(['key']);
  expect(Flag?.required).toEqual(expect.arrayContaining(['key', 'kind', 'description', 'rules', 'revision']));
  expect(Flag?.required).not.toContain('owner');
});

test('a patch is told with its media type, its path, its query and its If-Match', () => {
  const patch = document.paths['/api/v1/projects/{project}/environments/{environment}/flags/{key}']?.['patch'];
  expect(patch?.requestBody?.content['application/merge-patch+json']?.schema.$ref).toBe(
    '#/components/schemas/FlagPatch',
  );
  expect(patch?.parameters).toMatchObject([
    { name: 'project', in: 'path', required: true },
    { name: 'environment', in: 'path', required: true },
    { name: 'key', in: 'path', required: true },
    { name: 'reason', in: 'query', required: false },
    { name: 'If-Match', in: 'header', required: true },
  ]);
});
