import type { AdapterOf } from '@tidegate/protocol';
import { failed, type TrafficAdapter, type WeightReading, WRITTEN } from '../traffic-adapter.ts';
import { askRuntimeApi } from './runtime-api.ts';
import { readServerStates, type ServerState } from './server-states.ts';
import { type ServerWeights, shareOf, weightsFor } from './server-weights.ts';

/** The weights of a backend's servers, by HAProxy's runtime API. A restart of HAProxy forgets them. */
export function haproxyAdapter(
  settings: AdapterOf<'haproxy'>,
  { allowedAddresses }: { readonly allowedAddresses: readonly string[] },
): TrafficAdapter {
  const { address, backend, treatment, control } = settings;
  const sizes = { treatment: treatment.length, control: control.length };
  const ask = (line: string, signal: AbortSignal) => askRuntimeApi(address, line, signal);
  return {
    flaw: findFlaw(settings, allowedAddresses),
    nearestPpm: (weightPpm) => shareOf(inAll(weightsFor(weightPpm, sizes), sizes)) ?? 0,
    async read({ signal, weightPpm }) {
      const answer = await ask(`show servers state ${backend}`, signal);
      if (answer.kind === 'failed') return failed(answer.detail);
      const states = readServerStates(answer.text);
      if (states === undefined) return failed(`${address} answered: ${firstLine(answer.text)}`);
      return readingOf(settings, { states, weightPpm });
    },
    async write({ weightPpm, signal }) {
      const weights = weightsFor(weightPpm, sizes);
      const orders = [
        ...treatment.map((server) => ({ server, weight: weights.treatment })),
        ...control.map((server) => ({ server, weight: weights.control })),
      ];
      // Whoever gets more comes first: at no moment has nobody a weight.
      const moreFirst = orders.toSorted((one, other) => other.weight - one.weight);
      const line = moreFirst.map(({ server, weight }) => `set server ${backend}/${server} weight ${weight}`).join(';');
      const answer = await ask(line, signal);
      if (answer.kind === 'failed') return failed(answer.detail);
      const refusal = firstLine(answer.text);
      return refusal === '' ? WRITTEN : failed(`${address} refused: ${refusal}`);
    },
  };
}

function findFlaw({ address, treatment, control }: AdapterOf<'haproxy'>, allowed: readonly string[]) {
  if (!allowed.includes(address)) return `TIDEGATE_TRAFFIC does not allow the runtime API ${address}.`;
  const both = treatment.find((server) => control.includes(server));
  return both === undefined ? undefined : `The server ${both} is in both arms.`;
}

function readingOf(
  { backend, treatment, control }: AdapterOf<'haproxy'>,
  { states, weightPpm }: { readonly states: ReadonlyMap<string, ServerState>; readonly weightPpm: number },
): WeightReading {
  const missing = [...treatment, ...control].filter((server) => !states.has(server));
  if (missing.length > 0) return failed(`The backend ${backend} has no server ${missing.join(', ')}.`);
  const sumOf = (servers: readonly string[]) =>
    servers.reduce((sum, server) => sum + (states.get(server)?.weight ?? 0), 0);
  const sums = { treatment: sumOf(treatment), control: sumOf(control) };
  // HAProxy gives a server that is down nothing, whatever its weight.
  if (weightPpm > 0 && !treatment.some((server) => states.get(server)?.isUp === true)) {
    return failed(`No server of treatment is up in ${backend}: ${treatment.join(', ')}.`);
  }
  return {
    kind: 'read',
    weightPpm: shareOf(sums),
    detail: `Weights of ${sums.treatment} for treatment and ${sums.control} for control.`,
  };
}

function inAll(weights: ServerWeights, sizes: ServerWeights): ServerWeights {
  return { treatment: weights.treatment * sizes.treatment, control: weights.control * sizes.control };
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n').filter((each) => each.trim() !== '');
  return line.trim().slice(0, 200);
}
