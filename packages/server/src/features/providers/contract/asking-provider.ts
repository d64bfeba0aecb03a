import type { MetricResult, ProviderSettings } from '@tidegate/protocol';
import {
  type EnvironmentSecrets,
  type HttpClient,
  type OutboundAnswer,
  redact,
  redactMessage,
} from '../../../http-client/index.ts';
import { type Credentials, credentialsOf } from './credentials-of.ts';
import { type FilledQuery, fillQuery } from './fill-query.ts';
import { type ArmName, joinArms } from './join-arms.ts';
import { isPermanent, type MetricProvider, type Question } from './metric-provider.ts';
import type { Part, ProviderRequest, QueryLanguage } from './query-language.ts';
import { type Failure, readAnswer } from './read-answer.ts';
import { partsOf, readArm } from './read-arm.ts';

export interface AskingDeps {
  readonly client: HttpClient;
  readonly secrets: EnvironmentSecrets;
  readonly nowMs: () => number;
}

/** A provider that is asked over HTTP in its own language. */
export function askingProvider<Settings extends ProviderSettings>(
  settings: Settings,
  language: QueryLanguage<Settings>,
  deps: AskingDeps,
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
  readonly deps: AskingDeps;
}

/** Beyond a few, warnings say the same. */
const WARNINGS_MAX = 10;

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
  const fail = ({ kind: _, message, ...error }: Failure): MetricResult => {
    return { status: 'error', ...about, ...error, message: redactMessage(message, credentials.hidden) };
  };
  if (credentials.flaw !== undefined) return fail({ kind: 'error', class: 'auth', message: credentials.flaw });
  const flawed = parts.find(({ filled }) => filled.kind === 'flawed');
  if (flawed?.filled.kind === 'flawed') {
    return fail({ kind: 'error', class: 'bad_query', message: flawed.filled.detail });
  }

  const outcomes = await askParts(parts, question, { ...asked, credentials });
  const errors = outcomes.flatMap(({ outcome }) => (outcome.kind === 'error' ? [outcome] : []));
  const failure = errors.find((error) => isPermanent(error.class)) ?? errors[0];
  if (failure !== undefined) return fail(failure);

  const arms = new Map(
    armsOf(question).map(({ arm }) => {
      const readings = outcomes.filter((one) => one.arm === arm).map(({ part, outcome }) => [part, outcome] as const);
      return [arm, readArm(query, new Map(readings), question.previous?.[arm])] as const;
    }),
  );
  const reading = joinArms(arms, window);
  switch (reading.kind) {
    case 'error':
      return fail(reading);
    case 'no_data': {
      const { reason, watermarkAtMs } = reading;
      return { status: 'no_data', ...about, watermarkAtMs, reason };
    }
    case 'arms': {
      const warnings = reading.warnings.slice(0, WARNINGS_MAX).map((text) => redactMessage(text, credentials.hidden));
      return { status: 'ok', ...about, watermarkAtMs: reading.watermarkAtMs, arms: reading.arms, warnings };
    }
    default:
      throw reading satisfies never;
  }
}

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
      return { arm, part, outcome: readAnswer(await answer, (json) => asked.language.read(json, text), asked) };
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
