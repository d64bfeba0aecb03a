import { readFile } from 'node:fs/promises';
import type { AdapterOf } from '@tidegate/protocol';
import type { NginxSite } from '../../../config.ts';
import type { HttpClient } from '../../../http-client/index.ts';
import type { Platform } from '../../../platform.ts';
import { codeOf, replaceFile } from '../replace-file.ts';
import { failed, type TrafficAdapter, type WeightOrder, type WeightReading } from '../traffic-adapter.ts';
import { nearestSplitPpm, readSplitPpm, splitClientsText } from './split-clients.ts';
import { tellNginx } from './tell-nginx.ts';

/** New workers need some tens of milliseconds. */
const STATUS_POLL_MS = 50;

export interface NginxDeps {
  readonly sites: Readonly<Record<string, NginxSite>>;
  readonly client: HttpClient;
  readonly platform: Pick<Platform, 'after' | 'randomId'>;
}

/**
 * A file with `split_clients`, written whole, and nginx told to read it. What nginx does with it is known only where
 * the configuration names an address that answers with the share of the workers; else the file is all that is confirmed.
 */
export function nginxAdapter(settings: AdapterOf<'nginx'>, { sites, client, platform }: NginxDeps): TrafficAdapter {
  const site = Object.hasOwn(sites, settings.site) ? sites[settings.site] : undefined;
  const flaw = `TIDEGATE_TRAFFIC has no nginx site ${settings.site} for this environment.`;
  if (site === undefined) {
    const away = async () => failed(flaw);
    return { flaw, nearestPpm: nearestSplitPpm, read: away, write: away };
  }
  const read = async ({ signal }: WeightOrder): Promise<WeightReading> => {
    const written = await readWritten(site, settings.site);
    if (site.status === undefined || written.kind === 'failed') return written;
    const running = await askStatus(client, { address: site.status, settings, signal });
    // A file that somebody changed counts with the next reload, whoever does that.
    return running.kind === 'failed' || running.weightPpm === written.weightPpm ? running : differing(running, written);
  };
  return {
    flaw: undefined,
    nearestPpm: nearestSplitPpm,
    read,
    async write(order) {
      const owner = `${order.adapterKey} of ${order.environment}`;
      const text = splitClientsText(settings, { weightPpm: order.weightPpm, owner });
      const temporary = `${site.file}.${platform.randomId()}.tmp`;
      const replaced = await replaceFile(site.file, { text, temporary });
      if (replaced.kind === 'failed') return replaced;
      const told = await tellNginx(site.reload, order.signal);
      if (told.kind === 'written' && site.status !== undefined) await seen(order);
      return told;
    },
  };

  /** Until the new workers answer, or half of the time is over: what there is then, the next reading says. */
  async function seen(order: WeightOrder): Promise<void> {
    const pollsMax = settings.timeoutMs / (2 * STATUS_POLL_MS);
    for (let poll = 0; poll < pollsMax && !order.signal.aborted; poll += 1) {
      const reading = await read(order);
      if (reading.kind === 'read' && reading.weightPpm === nearestSplitPpm(order.weightPpm)) return;
      await new Promise<void>((waited) => platform.after(STATUS_POLL_MS, waited));
    }
  }
}

async function readWritten({ file }: NginxSite, site: string): Promise<WeightReading> {
  try {
    const weightPpm = readSplitPpm(await readFile(file, 'utf8'), site);
    const detail = weightPpm === null ? `${file} is not as Tidegate writes it.` : `${file} says ${percent(weightPpm)}.`;
    return { kind: 'read', weightPpm, detail };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'read', weightPpm: null, detail: `${file} is not there.` };
    return failed(`${file} cannot be read: ${codeOf(error)}.`);
  }
}

async function askStatus(
  client: HttpClient,
  of: { readonly address: string; readonly settings: AdapterOf<'nginx'>; readonly signal: AbortSignal },
): Promise<WeightReading> {
  const { address, settings, signal } = of;
  const { timeoutMs } = settings;
  const answer = await client.send({
    method: 'GET',
    url: new URL(address),
    headers: {},
    timeoutMs,
    secrets: [],
    signal,
  });
  if (answer.kind === 'failed') return failed(answer.message);
  const text = answer.text.trim();
  if (answer.status !== 200 || !/^\d{1,7}$/.test(text)) {
    return failed(`${address} answered ${answer.status} instead of the share that nginx has.`);
  }
  return { kind: 'read', weightPpm: Number(text), detail: `nginx has ${percent(Number(text))}.` };
}

function differing(running: WeightReading, written: WeightReading): WeightReading {
  return { kind: 'read', weightPpm: null, detail: `${running.detail} ${written.detail}` };
}

function percent(ppm: number): string {
  return `${ppm / 10_000} %`;
}
