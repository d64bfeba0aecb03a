import { readFileSync } from 'node:fs';
import { CANARY_TOOLS } from '@tidegate/importers';
import { goalSchema, signalBodySchema, verdictViewSchema, writtenPlanSchema } from '@tidegate/protocol';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const page = readFileSync(new URL('../../../../docs/gates.md', import.meta.url), 'utf8');
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);
const blockWith = (language: string, text: string) => {
  const found = blocksOf(language).find((block) => block.includes(text));
  if (found === undefined) throw new Error(`the page has no ${language} with ${text}`);
  return found;
};
/** Every address of a verdict that a manifest of the page asks for. */
const GOALS = [...page.matchAll(/\/verdict(?:\?for=([\w:-]+))?"/g)].map(([, goal = 'succeeded']) => goal);

test('the plan of the page is one that a server takes', () => {
  expect(writtenPlanSchema.safeParse(parse(blockWith('yaml', 'gates:'))).error).toBeUndefined();
});

test('the signal and the verdict of the page have the shape that they have', () => {
  expect(signalBodySchema.safeParse(JSON.parse(blockWith('json', '"signal"'))).error).toBeUndefined();
  expect(verdictViewSchema.safeParse(JSON.parse(blockWith('json', '"verdict"'))).error).toBeUndefined();
});

test('what manifests wait for can be waited for', () => {
  expect(GOALS.length).toBe(5);
  for (const goal of GOALS) expect(goalSchema.safeParse(goal).success, goal).toBe(true);
});

test("Argo's templates read a member that a verdict has, by values that it takes", () => {
  const templates = parseAllDocuments(blockWith('yaml', 'AnalysisTemplate')).map((document) => document.toJS());
  expect(templates).toHaveLength(2);
  for (const { spec } of templates) {
    for (const { provider, successCondition = '', failureCondition } of spec.metrics) {
      const member = /^\{\$\.(\w+)\}$/.exec(provider.web.jsonPath)?.[1] ?? '';
      expect(Object.keys(verdictViewSchema.shape)).toContain(member);
      const values = [...`${successCondition} ${failureCondition}`.matchAll(/== (-?\d)/g)].map(([, value]) =>
        Number(value),
      );
      for (const value of values) expect(verdictViewSchema.shape.value.safeParse(value).success).toBe(true);
    }
  }
});

test("Flagger's canary is one that Flagger would read", () => {
  const { report } = CANARY_TOOLS.flagger([parse(blockWith('yaml', 'kind: Canary'))]);
  expect(report.objects['Canary/shop/checkout']?.status).toBe('partial');
});
