interface FirstProgramInput {
  readonly url: string;
  readonly flagKey: string;
  /** The real one, where it has just been made. */
  readonly serverKey: string | undefined;
}

/** The shortest program that asks for a flag and shows its flips. */
export function firstProgram({ url, flagKey, serverKey }: FirstProgramInput): string {
  return `import { createClient } from '@tidegate/sdk-node';

const client = createClient({
  url: ${JSON.stringify(url)},
  key: ${serverKey === undefined ? 'process.env.TIDEGATE_SERVER_KEY' : JSON.stringify(serverKey)},
});
await client.waitForInitialization();

setInterval(() => {
  console.log(client.variation(${JSON.stringify(flagKey)}, { targetingKey: 'ada' }, false));
}, 1000);
`;
}
