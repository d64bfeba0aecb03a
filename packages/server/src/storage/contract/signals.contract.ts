import { expect, test } from 'vitest';
import { createEnvironment } from './builders.contract.ts';
import type { GetStorageUnderTest } from './storage-under-test.contract.ts';

export function signalsContract(get: GetStorageUnderTest): void {
  test('a message is known by every node once it was remembered, in its environment only', async () => {
    const { storage, nodes } = get();
    const environment = await createEnvironment(storage);
    const message = { environment, messageId: 'msg_1', atMs: 1_000 };
    expect(await storage.hasSignal(environment, 'msg_1')).toBe(false);
    await Promise.all(nodes.map((node) => node.rememberSignal(message, 0)));
    for (const node of nodes) expect(await node.hasSignal(environment, 'msg_1')).toBe(true);
    expect(await storage.hasSignal(environment, 'msg_2')).toBe(false);
    expect(await storage.hasSignal(await createEnvironment(storage), 'msg_1')).toBe(false);
  });

  test('what is too old to come again is forgotten with the next message', async () => {
    const { storage } = get();
    const environment = await createEnvironment(storage);
    await storage.rememberSignal({ environment, messageId: 'old', atMs: 1_000 }, 0);
    await storage.rememberSignal({ environment, messageId: 'new', atMs: 9_000 }, 1_001);
    expect(await storage.hasSignal(environment, 'old')).toBe(false);
    expect(await storage.hasSignal(environment, 'new')).toBe(true);
  });
}
