import { HttpClient } from './api/http-client.ts';
import { TidegateApi } from './api/tidegate-api.ts';
import { UsageError } from './errors.ts';
import type { CliIo } from './io.ts';

const URL_DEFAULT = 'http://127.0.0.1:4280';
/** What may stand in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

/** What may stand anywhere on the command line. */
export interface GlobalOptions {
  readonly url?: string;
  readonly token?: string;
  readonly project?: string;
  readonly environment?: string;
}

/** Which server, as whom, and which environment there. */
export interface Connection {
  readonly url: string;
  readonly token: string;
  readonly project: string;
  readonly environment: string;
}

interface Credentials {
  readonly url?: string;
  readonly operatorToken?: string;
}

export async function connect(options: GlobalOptions, io: CliIo): Promise<TidegateApi> {
  const connection = await findConnection(options, io);
  const http = new HttpClient({ ...connection, fetch: io.fetch, timeoutSignal: io.timeoutSignal });
  return new TidegateApi(http, connection);
}

/**
 * The command line, then the environment, then what a server on this machine wrote at its first boot. A token from
 * that file goes to the server that wrote it and to no other: `--url` alone must not send it elsewhere.
 */
export async function findConnection(options: GlobalOptions, io: CliIo): Promise<Connection> {
  const { env } = io;
  const askedUrl = options.url ?? setOf(env['TIDEGATE_URL']);
  const askedToken = options.token ?? setOf(env['TIDEGATE_TOKEN']);
  const file = `${setOf(env['TIDEGATE_DATA_DIR']) ?? './data'}/credentials.json`;
  const written = askedToken === undefined || askedUrl === undefined ? await readCredentials(file, io) : undefined;
  const url = checkedUrl(askedUrl ?? written?.url ?? URL_DEFAULT);
  const isWriter = written?.url !== undefined && originOf(written.url) === originOf(url);
  const token = askedToken ?? (isWriter ? written.operatorToken : undefined);
  if (token === undefined) {
    throw new UsageError(
      `There is no token for ${url}. Set TIDEGATE_TOKEN, or run this where the server of that address keeps its data ` +
        `(${file} is written at its first start; TIDEGATE_DATA_DIR says where).`,
    );
  }
  if (!TOKEN.test(token)) throw new UsageError('The token has characters that no token has: was all of it copied?');
  return {
    url,
    token,
    project: options.project ?? setOf(env['TIDEGATE_PROJECT']) ?? 'default',
    environment: options.environment ?? setOf(env['TIDEGATE_ENVIRONMENT']) ?? 'production',
  };
}

async function readCredentials(path: string, io: CliIo): Promise<Credentials | undefined> {
  let text: string;
  try {
    text = await io.readTextFile(path);
  } catch (error) {
    // Node's file errors carry a code; without the file there is simply nothing to fall back to.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const credentials = credentialsOf(text);
  if (credentials === undefined) throw new UsageError(`${path} is not what a server writes there: expected JSON.`);
  return credentials;
}

function credentialsOf(text: string): Credentials | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { url, operatorToken } = parsed as Partial<Record<keyof Credentials, unknown>>;
    return {
      ...(typeof url === 'string' ? { url } : {}),
      ...(typeof operatorToken === 'string' ? { operatorToken } : {}),
    };
  } catch {
    return undefined;
  }
}

function checkedUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`${url} is not an address of a server: expected one like ${URL_DEFAULT}.`);
  }
  return url;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin.replace('//localhost', '//127.0.0.1') : undefined;
}

/** A variable that is set to nothing is not set. */
function setOf(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
