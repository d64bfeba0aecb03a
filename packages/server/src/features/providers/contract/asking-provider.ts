import type { MetricArm, MetricResult, ProviderSettings } from '@tidegate/protocol';
import type { OutboundSecret } from '../../../config.ts';
import { type FailureCause, type HttpClient, type OutboundAnswer, redact } from '../../../http-client/index.ts';
import { type Credentials, credentialsOf } from './credentials-of.ts';
import { type FilledQuery, fillQuery } from './fill-query.ts';
import { type ErrorClass, isPermanent, type MetricProvider, type Question } from './metric-provider.ts';
import { malformed, type Part, type ProviderRequest, type QueryLanguage, type Reading } from './query-language.ts';
import { type ArmReading, partsOf, readArm } from './read-arm.ts';
import { retryAfterOf } from './retry-after-of.ts';

export interface ProviderDeps {
  readonly client: HttpClient;
  readonly secrets: ReadonlyMap<string, OutboundSecret>;
  readonly nowMs: () => number;
}

/** A provider that is asked over HTTP in its own language. */
export function askingProvider<Settings extends ProviderSettings>(
  settings: Settings,
  language: QueryLanguage<Settings>,
  deps: ProviderDeps,
): MetricProvider {
  const query = (question: Question) => ask(question, { settings, language, deps });
  return {
    flaw: credentialsOf(settings, language, deps.secrets).flaw,
    query,
    async validate(question) {
      const result = await query(question);
      // What may pass by itself, and missing data, are no fault of the query.
      return result.status === 'error' && (isPermanent(result.class) || result.class === 'malformed')
        ? [`${result.class}: ${result.message}`]
        : [];
    },
  };
}

interface Asked<Settings> {
  readonly settings: Settings;
  readonly language: QueryLanguage<Settings>;
  readonly deps: ProviderDeps;
}

type ArmName = 'treatment' | 'control';

interface FilledPart {
  readonly arm: ArmName;
  readonly part: Part;
  readonly filled: FilledQuery;
}

async function ask<Settings extends ProviderSettings>(
  question: Question,
  asked: Asked<Settings>,
): Promise<MetricResult> {
  const { query, window } = question;
  const credentials = credentialsOf(asked.settings, asked.language, asked.deps.secrets);
  const parts = fillParts(question, asked.language);
  const shown = parts.map(({ arm, part, filled }) => `${arm} ${part}: ${filled.kind === 'filled' ? filled.query : ''}`);
  const about = { window, query: shown.map((line) => redact(line, credentials.hidden)).join('\n') };
  const fail = (error: Omit<Extract<Outcome, { kind: 'error' }>, 'kind'>): MetricResult => {
    return { status: 'error', ...about, ...error, message: redact(error.message, credentials.hidden) };
  };
  if (credentials.flaw !== undefined) return fail({ class: 'auth', message: credentials.flaw });
  const flawed = parts.find(({ filled }) => filled.kind === 'flawed');
  if (flawed?.filled.kind === 'flawed') return fail({ class: 'bad_query', message: flawed.filled.detail });

  const outcomes = await askParts(parts, question, { ...asked, credentials });
  const errors = outcomes.flatMap(({ outcome }) => (outcome.kind === 'error' ? [outcome] : []));
  const { kind: _, ...error } = errors.find((one) => isPermanent(one.class)) ?? errors[0] ?? NO_ERROR;
  if (errors.length > 0) return fail(error);

  const arms = new Map(
    armsOf(question).map(({ arm }) => {
      const readings = outcomes.filter((one) => one.arm === arm).map(({ part, outcome }) => [part, outcome] as const);
      return [arm, readArm(query, new Map(readings), question.previous?.[arm])] as const;
    }),
  );
  return resultOf(arms, { about, fail });
}

const NO_ERROR: Extract<Outcome, { kind: 'error' }> = { kind: 'error', class: 'malformed', message: '' };

type Outcome =
  | Exclude<Reading, { kind: 'error' }>
  | (Extract<Reading, { kind: 'error' }> & { readonly retryAfterMs?: number });

function armsOf({ arms: { treatment, control } }: Question): readonly { arm: ArmName; variant: string }[] {
  const all = [{ arm: 'treatment', variant: treatment } as const];
  return control === undefined ? all : [...all, { arm: 'control', variant: control }];
}

function fillParts<Settings>(question: Question, { escapeArgument }: QueryLanguage<Settings>): readonly FilledPart[] {
  const { query, window } = question;
  return armsOf(question).flatMap(({ arm, variant }) =>
    partsOf(query).map(({ part, text }) => {
      const filled = fillQuery(text, { args: { ...query.args, variant }, window, escapeArgument });
      return { arm, part, filled };
    }),
  );
}

/** One request for each text: what both arms or both parts ask alike is asked once. */
function askParts<Settings extends ProviderSettings>(
  parts: readonly FilledPart[],
  question: Question,
  asked: Asked<Settings> & { readonly credentials: Credentials },
) {
  const sent = new Map<string, Promise<OutboundAnswer>>();
  return Promise.all(
    parts.map(async ({ arm, part, filled }) => {
      const text = filled.kind === 'filled' ? filled.query : '';
      const request = asked.language.requestOf(text, { part, window: question.window, settings: asked.settings });
      const key = `${request.path}\n${request.body ?? ''}`;
      const answer = sent.get(key) ?? send(request, question, asked);
      sent.set(key, answer);
      return { arm, part, outcome: readAnswer(await answer, text, asked) };
    }),
  );
}

function send<Settings extends ProviderSettings>(
  { method, path, headers, body }: ProviderRequest,
  { signal }: Question,
  { settings, deps, credentials }: Asked<Settings> & { readonly credentials: Credentials },
): Promise<OutboundAnswer> {
  return deps.client.send({
    method,
    url: new URL(`${settings.address.replace(/\/+$/, '')}${path}`),
    headers: { accept: 'application/json', ...headers, ...credentials.headers },
    timeoutMs: settings.timeoutMs,
    secrets: credentials.hidden,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** A certificate that proves nothing is a failed authentication: of the provider, to us. */
const CLASS_OF_CAUSE: Readonly<Record<FailureCause, ErrorClass>> = {
  'refused-address': 'bad_query',
  redirected: 'bad_query',
  certificate: 'auth',
  timeout: 'timeout',
  cancelled: 'unavailable',
  unreachable: 'unavailable',
  'too-large': 'malformed',
};

function readAnswer<Settings>(
  answer: OutboundAnswer,
  query: string,
  { language, deps }: Pick<Asked<Settings>, 'language' | 'deps'>,
): Outcome {
  if (answer.kind === 'failed') return { kind: 'error', class: CLASS_OF_CAUSE[answer.cause], message: answer.message };
  const { status, headers, text } = answer;
  const json = parse(text);
  if (status >= 200 && status < 300) {
    return json.kind === 'json' ? language.read(json.value, query) : malformed(`The answer is not JSON: ${text}`);
  }
  const said = json.kind === 'json' ? language.readRefusal(json.value) : {};
  const retryAfterMs = retryAfterOf(headers, deps.nowMs());
  return {
    kind: 'error',
    class: said.class ?? classOfStatus(status),
    message: `It answered ${status}: ${said.message ?? text}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function classOfStatus(status: number): ErrorClass {
  if (status === 401 || status === 403 || status === 407) return 'auth';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'unavailable' : 'bad_query';
}

function parse(text: string): { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'not-json' } {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'not-json' };
  }
}

interface Telling {
  readonly about: Pick<Extract<MetricResult, { status: 'ok' }>, 'window' | 'query'>;
  readonly fail: (error: { readonly class: ErrorClass; readonly message: string }) => MetricResult;
}

function resultOf(arms: ReadonlyMap<ArmName, ArmReading>, { about, fail }: Telling): MetricResult {
  const readings = [...arms.values()];
  const error = readings.find((reading) => reading.kind === 'error');
  if (error?.kind === 'error') return fail({ class: error.class, message: error.message });
  const { startAtMs, endAtMs } = about.window;
  const found = readings.flatMap((reading) => (reading.kind === 'arm' ? [reading] : []));
  const watermarkAtMs = Math.min(endAtMs, ...found.map(({ atMs = endAtMs }) => atMs));
  const none = readings.find((reading) => reading.kind === 'no_data');
  if (none?.kind === 'no_data') {
    const isOneArm = none.reason === 'empty' && found.length > 0;
    return { status: 'no_data', ...about, watermarkAtMs, reason: isOneArm ? 'one_arm_missing' : none.reason };
  }
  // What is older than the window says nothing of it.
  if (watermarkAtMs < startAtMs) return { status: 'no_data', ...about, watermarkAtMs, reason: 'not_yet' };
  const treatment = armOf(arms.get('treatment'));
  const control = armOf(arms.get('control'));
  if (treatment === undefined) throw new Error('an answer without a treatment arm');
  const warnings = [...new Set(found.flatMap((reading) => reading.warnings))];
  return { status: 'ok', ...about, watermarkAtMs, arms: { treatment, ...(control && { control }) }, warnings };
}

function armOf(reading: ArmReading | undefined): MetricArm | undefined {
  return reading?.kind === 'arm' ? reading.arm : undefined;
}
