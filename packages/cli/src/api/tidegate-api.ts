import type { RolloutCommand } from '@tidegate/analysis';
import type { StratumReport } from '@tidegate/analysis/reports';
import type {
  AccessKeyView,
  AdapterView,
  ChangeView,
  ChangeWithDocument,
  ChannelView,
  ConnectionView,
  DecisionExplanation,
  DecisionView,
  DocumentsAtRevision,
  DrillRecord,
  DrillView,
  EnvironmentChange,
  EnvironmentView,
  ExplanationView,
  FlagUsageView,
  FlagView,
  FreezeView,
  GuardTemplateView,
  HistoryEntry,
  LintView,
  MetricResult,
  MetricView,
  NoticeView,
  PageOf,
  ProjectView,
  ProviderView,
  RolloutCommandBody,
  RolloutView,
  ScheduleView,
  SegmentSize,
  SegmentView,
  Sending,
  SimulationView,
  StaleFlag,
} from '@tidegate/protocol';
import { ConnectionError } from '../errors.ts';
import { type HttpClient, type HttpReply, type HttpRequest, isRefusal } from './http-client.ts';

/** Items asked for at once: the most that the server gives. */
const PAGE_LIMIT = 200;
/** Pages read of one list: nobody reads 10 000 lines, and a server that never ends its list must not hang us. */
const PAGES_MAX = 50;

/** Changes asked for at once, each with a whole document. */
const CHANGES_LIMIT = 50;
/** 100 000 changes: a change log that is longer is not for a file. */
const CHANGES_PAGES_MAX = 2_000;

/** A rehearsal takes the server seconds, and it runs one after the other. */
const REHEARSAL_TIMEOUT_MS = 60_000;
/** A provider may take a minute, and what the server makes of it a moment more. */
const PROVIDER_TIMEOUT_MS = 65_000;

/** The server writes the whole list of a segment, which may be of millions. */
const MEMBERS_TIMEOUT_MS = 60_000;

/** What flags as code reads and writes. */
export interface DocumentName {
  readonly kind: 'flag' | 'segment';
  readonly key: string;
}

export type DocumentView = FlagView | SegmentView;

/** What the change log keeps, as the server shows it. */
interface DocumentViews {
  readonly flag: FlagView;
  readonly segment: SegmentView;
  readonly metric: MetricView;
}

interface NamedDocument<Kind extends keyof DocumentViews> {
  readonly kind: Kind;
  readonly key: string;
}

export type CreatedKey = AccessKeyView & { readonly key: string };

export interface NewKeyRequest {
  readonly kind: AccessKeyView['kind'];
  readonly name: string;
  readonly role?: string;
  readonly environment?: string | null;
}

export interface NewEnvironmentRequest {
  readonly key: string;
  readonly name?: string;
  readonly description?: string;
  readonly critical?: boolean;
}

/** One environment of one server: the routes that the commands use, by name. */
export class TidegateApi {
  readonly #http: HttpClient;
  readonly #base: string;
  readonly #project: string;
  /** `project/environment`. */
  readonly environment: string;

  constructor(http: HttpClient, at: { project: string; environment: string }) {
    this.#http = http;
    this.environment = `${at.project}/${at.environment}`;
    this.#project = `/api/v1/projects/${encodeURIComponent(at.project)}`;
    this.#base = `${this.#project}/environments/${encodeURIComponent(at.environment)}`;
  }

  listFlags(options: { archived: boolean }): Promise<FlagView[]> {
    return this.#list(`${this.#base}/flags`, { archived: String(options.archived) });
  }

  getFlag(key: string): Promise<HttpReply<FlagView>> {
    return this.#http.send({ method: 'GET', path: this.#flag(key) });
  }

  async createFlag(flag: unknown, reason: string | undefined): Promise<FlagView> {
    return this.#post(`${this.#base}/flags`, flag, { reason });
  }

  async toggleFlag(key: string, toggle: { enabled: boolean; reason: string }, etag: string): Promise<FlagView> {
    const path = `${this.#flag(key)}/toggle`;
    return (await this.#http.send<FlagView>({ method: 'POST', path, body: toggle, ifMatch: etag })).body;
  }

  /** Of now, of a revision, or of an instant. */
  explain(key: string, body: { context: unknown; revision?: number; atMs?: number }): Promise<ExplanationView> {
    return this.#post(`${this.#flag(key)}/explain`, body);
  }

  /** Every flag and segment that is not archived, at one revision. */
  async readDocuments(): Promise<DocumentsAtRevision> {
    const path = `${this.#base}/documents`;
    return (await this.#http.send<DocumentsAtRevision>({ method: 'GET', path })).body;
  }

  /** The whole change log, oldest first, with what each change made. */
  async listChanges(): Promise<readonly ChangeWithDocument[]> {
    const changes: ChangeWithDocument[] = [];
    let after = '0';
    for (let page = 0; page < CHANGES_PAGES_MAX; page += 1) {
      const query = { documents: 'true', limit: String(CHANGES_LIMIT), after };
      const path = `${this.#base}/changes`;
      const { body } = await this.#http.send<PageOf<ChangeWithDocument>>({ method: 'GET', path, query });
      changes.push(...body.items);
      if (body.next === null) return changes;
      after = body.next;
    }
    throw new ConnectionError(`The change log has more than ${CHANGES_LIMIT * CHANGES_PAGES_MAX} changes.`);
  }

  /** Newest first, without what each change made. */
  async listNewestChanges(last: number): Promise<readonly ChangeView[]> {
    const query = { order: 'newest', limit: String(Math.min(last, PAGE_LIMIT)) };
    return (await this.#sendBody<PageOf<ChangeView>>({ method: 'GET', path: `${this.#base}/changes`, query })).items;
  }

  /** Those of the node that answers, however many they are. */
  async listConnections(): Promise<readonly ConnectionView[]> {
    const path = `${this.#base}/connections`;
    return (await this.#sendBody<PageOf<ConnectionView>>({ method: 'GET', path })).items;
  }

  /** Archived or not; undefined where there never was one. */
  async findDocument<Kind extends keyof DocumentViews>(
    name: NamedDocument<Kind>,
  ): Promise<DocumentViews[Kind] | undefined> {
    try {
      return await this.#sendBody<DocumentViews[Kind]>({ method: 'GET', path: this.#document(name) });
    } catch (error) {
      if (isRefusal(error, 'not-found')) return undefined;
      throw error;
    }
  }

  createDocument<Kind extends keyof DocumentViews>(
    kind: Kind,
    body: unknown,
    reason: string,
  ): Promise<DocumentViews[Kind]> {
    return this.#post(`${this.#base}/${kind}s`, body, { reason });
  }

  /** Of the document as it was at `revision`, and of no other. */
  patchDocument<Kind extends keyof DocumentViews>(
    at: NamedDocument<Kind> & { revision: number },
    patch: unknown,
    reason: string,
  ): Promise<DocumentViews[Kind]> {
    const request = { method: 'PATCH', path: this.#document(at), ifMatch: `"${at.revision}"` } as const;
    return this.#sendBody({ ...request, query: { reason }, body: patch });
  }

  archiveDocument<Kind extends keyof DocumentViews>(
    at: NamedDocument<Kind> & { revision: number },
    reason: string,
  ): Promise<DocumentViews[Kind]> {
    const request = { method: 'POST', path: `${this.#document(at)}/archive`, ifMatch: `"${at.revision}"` } as const;
    return this.#sendBody({ ...request, body: { reason } });
  }

  /** Brings back what an archived document was at the revision `to`, changed by a merge patch. */
  restoreDocument<Kind extends keyof DocumentViews>(
    at: NamedDocument<Kind> & { revision: number },
    { to, patch, reason }: { to: number; patch: unknown; reason: string },
  ): Promise<DocumentViews[Kind]> {
    const request = { method: 'POST', path: `${this.#document(at)}/restore`, ifMatch: `"${at.revision}"` } as const;
    return this.#sendBody({ ...request, body: { revision: to, patch, reason } });
  }

  /** Newest first. */
  async listHistory(name: DocumentName, last: number): Promise<readonly HistoryEntry[]> {
    const path = `${this.#document(name)}/history`;
    const query = { limit: String(Math.min(last, PAGE_LIMIT)) };
    return (await this.#sendBody<PageOf<HistoryEntry>>({ method: 'GET', path, query })).items;
  }

  listSegments(options: { archived: boolean }): Promise<SegmentView[]> {
    return this.#list(`${this.#base}/segments`, { archived: String(options.archived) });
  }

  getSegment(key: string): Promise<SegmentView> {
    return this.#sendBody({ method: 'GET', path: this.#document({ kind: 'segment', key }) });
  }

  /** In any order, and as often as one likes: what is a member already is not added twice. */
  changeMembers(
    key: string,
    change: { add?: readonly string[]; remove?: readonly string[]; reason: string },
  ): Promise<SegmentSize> {
    const path = `${this.#document({ kind: 'segment', key })}/members`;
    return this.#sendBody({ method: 'POST', path, body: change, timeoutMs: MEMBERS_TIMEOUT_MS });
  }

  async getFlagUsage(key: string): Promise<FlagUsageView> {
    return (await this.#http.send<FlagUsageView>({ method: 'GET', path: `${this.#flag(key)}/usage` })).body;
  }

  listStaleFlags(days: number | undefined): Promise<StaleFlag[]> {
    return this.#list(`${this.#base}/stale-flags`, { days: days === undefined ? undefined : String(days) });
  }

  /** What SDKs ask for and is no flag. */
  listUnknownFlags(): Promise<FlagUsageView[]> {
    return this.#list(`${this.#base}/unknown-flags`, {});
  }

  schedule(flagKey: string, order: { atMs: number; patch: unknown; reason: string }): Promise<ScheduleView> {
    return this.#post(`${this.#flag(flagKey)}/schedules`, order);
  }

  /** Those that wait, or all of them; of one flag, or of all. */
  listSchedules(filter: { flagKey: string | undefined; pendingOnly: boolean }): Promise<ScheduleView[]> {
    const path = filter.flagKey === undefined ? this.#base : this.#flag(filter.flagKey);
    return this.#list(`${path}/schedules`, { pending: filter.pendingOnly ? 'true' : undefined });
  }

  async cancelSchedule(id: string, reason: string): Promise<ScheduleView> {
    const path = `${this.#base}/schedules/${encodeURIComponent(id)}`;
    return (await this.#http.send<ScheduleView>({ method: 'DELETE', path, query: { reason } })).body;
  }

  startRollout(plan: unknown, options: { draft?: boolean; force?: boolean } = {}): Promise<RolloutView> {
    return this.#post(`${this.#base}/rollouts`, plan, { draft: said(options.draft), force: said(options.force) });
  }

  /** How a plan would run, what keeps it from being started, and what its author may regret. */
  lintPlan(body: { plan: unknown; traffic?: { unitsPerDay: number } }): Promise<LintView> {
    return this.#post(`${this.#base}/rollouts/lint`, body);
  }

  /** How long a plan would take, and what it would see. */
  simulatePlan(body: unknown): Promise<SimulationView> {
    return this.#rehearse(`${this.#base}/rollouts/simulate`, body);
  }

  /** What would become of a rollout that a guard finds harmful. */
  drillRollout(id: string, body: unknown): Promise<DrillView> {
    return this.#rehearse(`${this.#rollout(id)}/drill`, body);
  }

  /** Newest first. */
  async listDrills(id: string): Promise<readonly DrillRecord[]> {
    const path = `${this.#rollout(id)}/drills`;
    return (await this.#sendBody<PageOf<DrillRecord>>({ method: 'GET', path })).items;
  }

  /** In their newest versions, the built-in ones first. */
  listTemplates(): Promise<GuardTemplateView[]> {
    return this.#list(`${this.#project}/templates`, {});
  }

  async getTemplate(name: string, version: string | undefined): Promise<GuardTemplateView> {
    const path = `${this.#project}/templates/${encodeURIComponent(name)}`;
    return (await this.#http.send<GuardTemplateView>({ method: 'GET', path, query: { version } })).body;
  }

  async saveTemplate(name: string, settings: unknown): Promise<GuardTemplateView> {
    const path = `${this.#project}/templates/${encodeURIComponent(name)}`;
    return (await this.#http.send<GuardTemplateView>({ method: 'PUT', path, body: settings })).body;
  }

  listMetrics(options: { archived: boolean }): Promise<MetricView[]> {
    return this.#list(`${this.#base}/metrics`, { archived: String(options.archived) });
  }

  getMetric(key: string): Promise<MetricView> {
    return this.#sendBody({ method: 'GET', path: this.#document({ kind: 'metric', key }) });
  }

  listProviders(): Promise<ProviderView[]> {
    return this.#list(`${this.#base}/providers`, {});
  }

  getProvider(key: string): Promise<ProviderView> {
    return this.#sendBody({ method: 'GET', path: this.#provider(key) });
  }

  saveProvider(key: string, settings: unknown): Promise<ProviderView> {
    return this.#sendBody({ method: 'PUT', path: this.#provider(key), body: settings });
  }

  async removeProvider(key: string): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: this.#provider(key) });
  }

  /** Numbers, their absence or what went wrong: an answer in any case. */
  queryProvider(key: string, body: unknown): Promise<MetricResult> {
    const path = `${this.#provider(key)}/query`;
    return this.#sendBody({ method: 'POST', path, body, timeoutMs: PROVIDER_TIMEOUT_MS });
  }

  listAdapters(): Promise<AdapterView[]> {
    return this.#list(`${this.#base}/adapters`, {});
  }

  getAdapter(key: string): Promise<AdapterView> {
    return this.#sendBody({ method: 'GET', path: this.#adapter(key) });
  }

  saveAdapter(key: string, settings: unknown, { force }: { force?: boolean } = {}): Promise<AdapterView> {
    return this.#sendBody({ method: 'PUT', path: this.#adapter(key), body: settings, query: { force: said(force) } });
  }

  async removeAdapter(key: string, { force }: { force?: boolean } = {}): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: this.#adapter(key), query: { force: said(force) } });
  }

  readAdapterDocument(key: string): Promise<object> {
    return this.#sendBody({ method: 'GET', path: `${this.#adapter(key)}/document` });
  }

  reportAdapter(key: string, weightPpm: number): Promise<AdapterView> {
    return this.#sendBody({ method: 'PUT', path: `${this.#adapter(key)}/applied`, body: { weightPpm } });
  }

  listChannels(): Promise<ChannelView[]> {
    return this.#list(`${this.#base}/channels`, {});
  }

  getChannel(key: string): Promise<ChannelView> {
    return this.#sendBody({ method: 'GET', path: this.#channel(key) });
  }

  saveChannel(key: string, settings: unknown): Promise<ChannelView> {
    return this.#sendBody({ method: 'PUT', path: this.#channel(key), body: settings });
  }

  async removeChannel(key: string): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: this.#channel(key) });
  }

  testChannel(key: string): Promise<Sending> {
    return this.#rehearse(`${this.#channel(key)}/test`, undefined);
  }

  /** Newest first. */
  async listNotices(filter: { state?: string; rollout?: string; last: number }): Promise<readonly NoticeView[]> {
    const { state, rollout, last } = filter;
    const query = { state, rollout, limit: String(Math.min(last, PAGE_LIMIT)) };
    return (await this.#sendBody<PageOf<NoticeView>>({ method: 'GET', path: `${this.#base}/notices`, query })).items;
  }

  async resendNotice(number: string): Promise<void> {
    await this.#post(`${this.#base}/notices/${encodeURIComponent(number)}/resend`, undefined);
  }

  listRollouts(filter: { flagKey?: string; activeOnly: boolean }): Promise<RolloutView[]> {
    const active = filter.activeOnly ? 'true' : undefined;
    return this.#list(`${this.#base}/rollouts`, { flag: filter.flagKey, active });
  }

  async getRollout(id: string): Promise<RolloutView> {
    return (await this.#http.send<RolloutView>({ method: 'GET', path: this.#rollout(id) })).body;
  }

  commandRollout(id: string, kind: RolloutCommand['kind'], body: RolloutCommandBody): Promise<RolloutView> {
    return this.#post(`${this.#rollout(id)}/${kind}`, body);
  }

  getFreeze(): Promise<FreezeView> {
    return this.#sendBody({ method: 'GET', path: `${this.#base}/freeze` });
  }

  freezeEnvironment(body: { untilMs: number | null; reason: string }): Promise<FreezeView> {
    return this.#sendBody({ method: 'PUT', path: `${this.#base}/freeze`, body });
  }

  unfreezeEnvironment(): Promise<FreezeView> {
    return this.#sendBody({ method: 'DELETE', path: `${this.#base}/freeze` });
  }

  explainDecision(id: string, sequence: number): Promise<DecisionExplanation> {
    return this.#sendBody({ method: 'GET', path: `${this.#rollout(id)}/decisions/${sequence}/explain` });
  }

  /** Stages count from 1. */
  reportStage(id: string, stage: number): Promise<readonly StratumReport[]> {
    return this.#sendBody({ method: 'GET', path: `${this.#rollout(id)}/stages/${stage}/report` });
  }

  /** Newest first, the whole log. */
  async listAllDecisions(id: string): Promise<readonly DecisionView[]> {
    const decisions: DecisionView[] = [];
    let before: string | undefined;
    for (let page = 0; page < CHANGES_PAGES_MAX; page += 1) {
      const query = { limit: String(CHANGES_LIMIT), before };
      const path = `${this.#rollout(id)}/decisions`;
      const { body } = await this.#http.send<PageOf<DecisionView>>({ method: 'GET', path, query });
      decisions.push(...body.items);
      if (body.next === null) return decisions;
      before = body.next;
    }
    throw new ConnectionError(`The rollout has more than ${CHANGES_LIMIT * CHANGES_PAGES_MAX} decisions.`);
  }

  /** Newest first. */
  async listDecisions(id: string, limit: number): Promise<readonly DecisionView[]> {
    const path = `${this.#rollout(id)}/decisions`;
    const query = { limit: String(limit) };
    return (await this.#http.send<PageOf<DecisionView>>({ method: 'GET', path, query })).body.items;
  }

  listKeys(): Promise<AccessKeyView[]> {
    return this.#list('/api/v1/keys', {});
  }

  createKey(request: NewKeyRequest): Promise<CreatedKey> {
    return this.#post('/api/v1/keys', request);
  }

  async revokeKey(id: string): Promise<void> {
    await this.#http.send({ method: 'DELETE', path: `/api/v1/keys/${encodeURIComponent(id)}` });
  }

  listProjects(): Promise<ProjectView[]> {
    return this.#list('/api/v1/projects', {});
  }

  /** Those of the project. */
  listEnvironments(): Promise<EnvironmentView[]> {
    return this.#list(`${this.#project}/environments`, {});
  }

  createEnvironment(request: NewEnvironmentRequest): Promise<EnvironmentView> {
    return this.#post(`${this.#project}/environments`, request);
  }

  /** Of the environment as it is when it is asked for, and of no other. */
  async patchEnvironment(key: string, patch: unknown, reason: string): Promise<EnvironmentView> {
    const path = this.#environment(key);
    const { version } = await this.#sendBody<EnvironmentView>({ method: 'GET', path });
    return this.#sendBody({ method: 'PATCH', path, ifMatch: `"${version}"`, query: { reason }, body: patch });
  }

  /** Newest first. */
  listEnvironmentChanges(key: string): Promise<EnvironmentChange[]> {
    return this.#list(`${this.#environment(key)}/history`, {});
  }

  #environment(key: string): string {
    return `${this.#project}/environments/${encodeURIComponent(key)}`;
  }

  #flag(key: string): string {
    return `${this.#base}/flags/${encodeURIComponent(key)}`;
  }

  #document({ kind, key }: NamedDocument<keyof DocumentViews>): string {
    return `${this.#base}/${kind}s/${encodeURIComponent(key)}`;
  }

  #provider(key: string): string {
    return `${this.#base}/providers/${encodeURIComponent(key)}`;
  }

  #adapter(key: string): string {
    return `${this.#base}/adapters/${encodeURIComponent(key)}`;
  }

  #channel(key: string): string {
    return `${this.#base}/channels/${encodeURIComponent(key)}`;
  }

  #rollout(id: string): string {
    return `${this.#base}/rollouts/${encodeURIComponent(id)}`;
  }

  async #sendBody<Body>(request: HttpRequest): Promise<Body> {
    return (await this.#http.send<Body>(request)).body;
  }

  async #rehearse<Body>(path: string, body: unknown): Promise<Body> {
    return (await this.#http.send<Body>({ method: 'POST', path, body, timeoutMs: REHEARSAL_TIMEOUT_MS })).body;
  }

  async #post<Body>(path: string, body: unknown, query: Record<string, string | undefined> = {}): Promise<Body> {
    return (await this.#http.send<Body>({ method: 'POST', path, body, query })).body;
  }

  async #list<Item>(path: string, query: Record<string, string | undefined>): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { body } = await this.#http.send<PageOf<Item>>({
        method: 'GET',
        path,
        query: { ...query, limit: String(PAGE_LIMIT), after },
      });
      items.push(...body.items);
      if (body.next === null) break;
      after = body.next;
    }
    return items;
  }
}

/** As queries carry what was asked for. */
function said(option: boolean | undefined): string | undefined {
  return option === true ? 'true' : undefined;
}
