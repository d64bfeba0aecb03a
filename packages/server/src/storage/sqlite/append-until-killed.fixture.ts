import { randomUUID } from 'node:crypto';
import { openSqliteStorage } from './sqlite-storage.ts';

/**
 * A server's writes and nothing else, for the test that kills it: appends batches and changes as fast as it can to the
 * file given, and prints each acknowledgement only after it came. Pipes are written synchronously, so a line that the
 * test sees was durable before.
 */
const ENVIRONMENT = 'default/production';
const WRITERS = 8;

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: append-until-killed FILE');
const storage = openSqliteStorage({ file });
await storage.migrate();
await storage.createProject({ projectKey: 'default', name: '', description: '', createdAtMs: 0, version: 1 });
await storage.createEnvironment({
  environment: ENVIRONMENT,
  projectKey: 'default',
  environmentKey: 'production',
  name: '',
  description: '',
  critical: false,
  createdAtMs: 0,
  version: 1,
});
const acknowledge = (kind: 'record' | 'change', text: string) => process.stdout.write(`${kind} ${text}\n`);

async function appendRecords(): Promise<never> {
  for (;;) {
    const bodies = [JSON.stringify({ id: randomUUID(), padding: 'x'.repeat(4_000) }), JSON.stringify(randomUUID())];
    await storage.appendRecords(bodies.map((body) => ({ environment: ENVIRONMENT, body, receivedAtMs: 0 })));
    for (const body of bodies) acknowledge('record', body);
  }
}

async function appendChanges(): Promise<never> {
  for (;;) {
    const key = `flag-${randomUUID()}`;
    const outcome = await storage.appendChange({
      environment: ENVIRONMENT,
      kind: 'flag',
      key,
      document: { key },
      archived: false,
      action: 'create',
      actor: { kind: 'setup', id: 'test', name: 'test' },
      reason: '',
      atMs: 0,
      expectedRevision: 0,
    });
    if (outcome.kind !== 'appended') throw new Error(`expected an appended change, got ${outcome.kind}`);
    acknowledge('change', `${outcome.revision} ${key}`);
    await new Promise(setImmediate);
  }
}

await Promise.all([appendChanges(), ...Array.from({ length: WRITERS }, appendRecords)]);
