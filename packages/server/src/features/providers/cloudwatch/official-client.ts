import { createRequire } from 'node:module';
import type { SettingsOf } from '@tidegate/protocol';
import * as z from 'zod';
import type { HttpClient, OutboundAnswer, OutboundRequest } from '../../../http-client/index.ts';
import type { AskingDeps } from '../contract/asking-provider.ts';

/** An optional peer: only whoever measures by CloudWatch needs it. */
const PACKAGE = '@aws-sdk/client-cloudwatch';

/**
 * Amazon's own client writes and signs what is asked, and our client sends it: its addresses, redirects, limits and
 * certificates are those of every other provider. What comes back is read from the wire, refusals too.
 */
export function officialClient(
  settings: SettingsOf<'cloudwatch'>,
  { client, secrets }: Pick<AskingDeps, 'client' | 'secrets'>,
): HttpClient {
  return {
    async send(request) {
      const flaw = findClientFlaw();
      if (flaw !== undefined) return { kind: 'failed', cause: 'unreachable', message: flaw };
      let answer: OutboundAnswer | undefined;
      const sendSigned = async (signed: OutboundRequest) => {
        answer = await client.send(signed);
      };
      const keyOf = ({ secret }: { readonly secret: string }) => secrets.all.get(secret)?.value ?? '';
      const credentials = {
        accessKeyId: keyOf(settings.accessKeyId),
        secretAccessKey: keyOf(settings.secretAccessKey),
      };
      try {
        await ask({ ...request, sendSigned, credentials, region: settings.region });
      } catch (error) {
        // It has an answer of its own making by now, and ours is the one that came.
        if (answer === undefined) throw error;
      }
      if (answer === undefined) throw new Error(`${PACKAGE} sent nothing`);
      return answer;
    },
  };
}

/** What keeps CloudWatch from being asked here at all. */
export function findClientFlaw(
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): string | undefined {
  try {
    resolve(PACKAGE);
    return undefined;
  } catch {
    return `CloudWatch needs ${PACKAGE}, which is not installed: npm install ${PACKAGE} beside the server.`;
  }
}

interface Asking extends OutboundRequest {
  readonly sendSigned: (signed: OutboundRequest) => Promise<void>;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly region: string;
}

const inputSchema = z.object({
  MetricDataQueries: z.array(z.object({ Id: z.string(), Expression: z.string(), Period: z.number() })),
  StartTime: z.number(),
  EndTime: z.number(),
});

async function ask({ sendSigned, credentials, region, ...request }: Asking): Promise<void> {
  const { CloudWatchClient, GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const { StartTime, EndTime, ...input } = inputSchema.parse(JSON.parse(request.body ?? ''));
  const cloudWatch = new CloudWatchClient({
    region,
    credentials,
    endpoint: request.url.href,
    // Whoever measures tries again, and says so.
    maxAttempts: 1,
    logger: SILENT,
    requestHandler: {
      async handle(signed: SignedRequest) {
        const { method: _method, ...sent } = request;
        const body = new TextDecoder().decode(signed.body);
        // A path is no reference: one that begins with two slashes would name another host.
        const url = new URL(`${request.url.origin}${signed.path}`);
        await sendSigned({ ...sent, method: 'POST', url, headers: signed.headers, body });
        throw new AnsweredError();
      },
    },
  });
  const window = { StartTime: new Date(StartTime * 1_000), EndTime: new Date(EndTime * 1_000) };
  await cloudWatch.send(new GetMetricDataCommand({ ...input, ...window }));
}

/** Ends the client's part: it need not read what we read. */
class AnsweredError extends Error {}

/** Of what the client hands to whoever sends, what is needed. */
interface SignedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const nothing = (): void => undefined;
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
