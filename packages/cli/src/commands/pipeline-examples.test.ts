import { readFileSync } from 'node:fs';
import { writtenPlanSchema } from '@tidegate/protocol';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { capturedIo } from '../captured-io.ts';
import { runCli } from '../run-cli.ts';

const PIPELINES = [
  'github-actions.yml',
  'gitlab-ci.yml',
  'Jenkinsfile',
  'tekton.yaml',
  'circleci.yml',
  'azure-pipelines.yml',
];
const IN_YAML = PIPELINES.filter((name) => name !== 'Jenkinsfile');

function read(name: string): string {
  return readFileSync(new URL(`../../../../examples/pipelines/${name}`, import.meta.url), 'utf8');
}

/** The command lines of the CLI, as words; a quoted text is one word. */
function commandsOf(text: string): readonly (readonly string[])[] {
  const lines = [...text.matchAll(/npx tidegate (.*)$/gm)].map(([, line = '']) => line.replace(/; fi$|'$/, ''));
  return lines.map((line) => [...line.matchAll(/"[^"]*"|\$\([^)]*\)|\S+/g)].map(([word]) => word));
}

async function helpOf(words: readonly string[]): Promise<string> {
  const io = capturedIo();
  expect(await runCli([...words, '--help'], io)).toBe(0);
  return io.written.stdout;
}

describe.each(PIPELINES)('%s', (name) => {
  const commands = commandsOf(read(name));

  test('has commands and options that the CLI has', async () => {
    expect(commands.length).toBeGreaterThanOrEqual(3);
    for (const [room = '', verb = '', ...rest] of commands) {
      const help = await helpOf([room, verb]);
      expect(help).toContain(`Usage: tidegate ${room} ${verb} `);
      for (const option of rest.filter((word) => word.startsWith('--'))) {
        expect(help, `${verb} takes ${option}`).toMatch(new RegExp(`^\\s+${option}[ ,]`, 'm'));
      }
    }
  });

  test('applies the plan, and then waits for it with a limit', () => {
    const verbs = commands.map(([, verb]) => verb);
    expect(verbs.indexOf('lint')).toBeLessThan(verbs.indexOf('apply'));
    expect(verbs.indexOf('apply')).toBeLessThan(verbs.indexOf('wait'));
    for (const wait of commands.filter(([, verb]) => verb === 'wait')) expect(wait).toContain('--timeout');
  });

  test('is about the flag of the plan', () => {
    const { flag } = parse(read('plan.yaml'));
    for (const [, verb = '', subject] of commands) {
      if (['wait', 'explain', 'abort'].includes(verb)) expect([flag, '$(params.flag)']).toContain(subject);
    }
  });

  test('has no secret in it', () => {
    expect(read(name)).not.toMatch(/TIDEGATE_TOKEN\s*[:=]\s*['"]?[\w-]{8,}['"]?$/m);
  });
});

test.each(IN_YAML)('%s is YAML of one document, without a member that stands twice', (name) => {
  const documents = [...parseAllDocuments(read(name), { strict: true, uniqueKeys: true })];
  expect(documents).toHaveLength(1);
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
});

test('the Jenkinsfile is a declarative pipeline whose braces and quotes meet', () => {
  const text = read('Jenkinsfile');
  const unquoted = text.replaceAll(/'[^'\n]*'/g, "''");
  expect(text).toMatch(/^pipeline \{\n {2}agent /);
  expect(unquoted.replaceAll("''", '')).not.toContain("'");
  let open = 0;
  for (const sign of unquoted.replaceAll(/[^{}]/g, '')) {
    open += sign === '{' ? 1 : -1;
    expect(open).toBeGreaterThanOrEqual(0);
  }
  expect(open).toBe(0);
});

test('the plan is one that a server takes', () => {
  expect(writtenPlanSchema.safeParse(parse(read('plan.yaml'))).error).toBeUndefined();
});
