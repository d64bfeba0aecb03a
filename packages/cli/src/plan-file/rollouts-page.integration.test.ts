import { readFile } from 'node:fs/promises';
import { ANTI_PATTERNS, BUILT_IN_TEMPLATES } from '@tidegate/analysis/plans';
import { templateSettingsSchema, writtenPlanSchema } from '@tidegate/protocol';
import { beforeAll, expect, test } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { loadPlanFile, loadYamlFile } from './load-plan-file.ts';

let page: string;
beforeAll(async () => {
  page = await readFile(new URL('../../../../docs/rollouts.md', import.meta.url), 'utf8');
});

/** Words in code of the lines of tables. */
function toldInTables(text: string): Set<string> {
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  return new Set(
    rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, word = '']) => word)),
  );
}

test('the page on plans tells every field of a plan, and every warning', () => {
  const { stages, guards } = writtenPlanSchema.shape;
  const told = toldInTables(page);
  const fields = [
    ...Object.keys(writtenPlanSchema.shape),
    ...Object.keys(stages.unwrap().element.shape),
    ...Object.keys(guards.unwrap().element.shape),
  ];
  expect(fields.filter((field) => !told.has(field))).toEqual([]);
  expect(Object.keys(ANTI_PATTERNS).filter((id) => !told.has(id))).toEqual([]);
  expect(BUILT_IN_TEMPLATES.map(({ name, version }) => `${name}@${version}`).filter((name) => !told.has(name))).toEqual(
    [],
  );
});

test('every example of the page on plans is one', async () => {
  const examples = [...page.matchAll(/```yaml\n([^`]*)```/g)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThanOrEqual(5);
  for (const text of examples) {
    const io = capturedIo({ files: { 'example.yaml': text } });
    if (text.startsWith('flag:')) expect((await loadPlanFile('example.yaml', io)).flaws).toEqual([]);
    else expect(templateSettingsSchema.safeParse(await loadYamlFile('example.yaml', io)).success).toBe(true);
  }
});
