import type { Actor, AppliedWeight, EvidenceSummary, RolloutCommand, SdkHealth } from '@tidegate/analysis';
import { dueWeightPpm } from '@tidegate/analysis';
import type { RunAssessment } from '@tidegate/analysis/limits';
import type { WrittenPlan } from '@tidegate/analysis/plans';
import type { FlagDocument } from '@tidegate/protocol';
import { pino } from 'pino';
import { type ManualPlatform, manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { LeaseToken, RolloutRow, SaveDecisionOutcome, Storage } from '../../storage/storage.ts';
import { setUpFirstEnvironment } from '../environments/index.ts';
import { flagDocumentOf } from '../flags/index.ts';
import { admitPlan } from './admit-plan.ts';
import { RolloutController } from './rollout-controller.ts';
import { ann, type Evidence, type Fault, FINE, type Outside, type Step } from './rollout-steps.fixture.ts';

const ENVIRONMENT = 'default/production';
const FLAG = { environment: ENVIRONMENT, kind: 'flag', key: 'new-checkout' } as const;
const LEASE = `accountant:${ENVIRONMENT}`;
/** Nobody loses the lease by the passing of time; a takeover frees it, as if its holder had fallen silent. */
const LEASE_MS = 365 * 86_400_000;
const FREEZE_MS = 1_800_000;

/** One node: its controller, the lease that it believes to hold, and how its next write fails. */
interface Node {
  readonly controller: RolloutController;
  readonly lease: LeaseToken;
  fault: Fault;
}

/** A decision that a node tried to write, and what became of it. */
interface Written {
  /** Under which lease the node believed to be. */
  readonly lease: LeaseToken;
  /** Any node may take a person's word. */
  readonly isCommanded: boolean;
  readonly outcome: SaveDecisionOutcome;
}

/** One rollout in the real storage, under the real controller, in a world that a test moves. */
export class RolloutWorld {
  readonly platform: ManualPlatform;
  readonly storage: Storage;
  evidence: Evidence = 'good';
  outside: Outside = FINE;
  /** Everything that was written since it was last taken. */
  written: Written[] = [];
  #rolloutId = '';
  /** How far the wall clock was set, beside the time that passed. */
  #clockMs = 0;
  #takeovers = 0;
  #node: Node | null = null;
  #oldNode: Node | null = null;

  private constructor() {
    this.platform = manualPlatform((error) => {
      throw error;
    });
    this.storage = openSqliteStorage({ file: ':memory:', nowMs: this.platform.nowMs });
  }

  static async open(plan: WrittenPlan): Promise<RolloutWorld> {
    const world = new RolloutWorld();
    const { storage, platform } = world;
    await storage.migrate();
    await setUpFirstEnvironment({ ...platform, storage });
    const change = { ...FLAG, document: DOCUMENT, archived: false, action: 'created', actor: ann, reason: '', atMs: 0 };
    await storage.appendChange({ ...change, expectedRevision: 0 });
    await world.#takeOver();
    await world.#create(plan);
    return world;
  }

  nowMs = () => this.platform.nowMs() + this.#clockMs;

  get lease(): LeaseToken {
    return this.#current.lease;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'look':
        return this.#withFault(step.fault, (node) => node.controller.look(ENVIRONMENT));
      case 'time':
        return this.platform.advance(step.durationMs);
      case 'clock':
        this.#clockMs += step.byMs;
        return;
      case 'evidence':
        this.evidence = step.evidence;
        return;
      case 'outside':
        this.outside = { ...this.outside, ...step.outside };
        return;
      case 'command':
        return this.#withFault(step.fault, (node) => this.#command(node, step.command));
      case 'environmentFreeze':
        await this.storage.saveFreeze(ENVIRONMENT, step.isFrozen ? this.#freeze() : null);
        return;
      case 'edit':
        return this.#edit();
      case 'restart':
        this.#node = this.#start(this.lease);
        return;
      case 'takeover':
        return this.#takeOver();
      case 'lookOfOldNode':
        return this.#oldNode?.controller.look(ENVIRONMENT);
      default:
        throw step satisfies never;
    }
  }

  async rollout(): Promise<RolloutRow> {
    const row = await this.storage.findRollout(ENVIRONMENT, this.#rolloutId);
    if (row === undefined) throw new Error('the rollout is gone');
    return row;
  }

  async served(): Promise<FlagDocument['fallthrough']> {
    const row = await this.storage.findDocument(FLAG);
    if (row === undefined) throw new Error('the flag is gone');
    return flagDocumentOf(row).fallthrough;
  }

  get #current(): Node {
    if (this.#node === null) throw new Error('no node holds the lease');
    return this.#node;
  }

  /** Keys, adapters and providers that the plan would need are not the subject: only what it means is. */
  async #create(written: WrittenPlan): Promise<void> {
    const { storage, platform } = this;
    const { plan, anchor, refusals } = await admitPlan({ storage }, { environment: ENVIRONMENT, written, by: ann });
    if (plan === null) throw new Error(refusals[0]?.detail);
    const nowMs = platform.nowMs();
    this.#rolloutId = platform.randomId();
    await storage.createRollout({
      id: this.#rolloutId,
      environment: ENVIRONMENT,
      flagKey: plan.flagKey,
      rule: plan.rule,
      plan,
      state: { kind: 'scheduled', startAtMs: nowMs },
      anchor,
      epoch: 1,
      version: 1,
      active: true,
      servedRevision: null,
      createdAtMs: nowMs,
      createdBy: ann,
      updatedAtMs: nowMs,
    });
  }

  /** The next node's lease has a higher epoch; the node before goes on believing in its own. */
  async #takeOver(): Promise<void> {
    this.#oldNode = this.#node;
    if (this.#oldNode !== null) await this.storage.releaseLease(this.#oldNode.lease);
    this.#takeovers += 1;
    const lease = await this.storage.acquireLease(LEASE, `node-${this.#takeovers}`, LEASE_MS);
    if (lease === undefined) throw new Error('the lease should be free');
    this.#node = this.#start(lease);
  }

  /** A process begins, knowing nothing but what is stored. */
  #start(lease: LeaseToken): Node {
    const { storage, platform } = this;
    const node: Node = {
      lease,
      fault: 'none',
      controller: new RolloutController({
        storage: { ...storage, saveDecision: (decision, lease) => this.#save(node, { decision, lease }) },
        accounting: {
          holding: () => ({
            lease,
            accountant: {
              summary: (id, epoch) => this.#summary(id, epoch),
              stage: () => undefined,
              sdkHealth: () => this.#sdkHealth(),
            },
          }),
          held: () => [ENVIRONMENT],
          onEvidence: () => undefined,
          wake: () => undefined,
        },
        platform: { ...platform, nowMs: this.nowMs },
        node: lease.holder,
        countConfirmations: async () => ({ connectedCount: 2, confirmedCount: this.outside.isConfirmed ? 2 : 1 }),
        gates: {
          answersFor: ({ plan }) =>
            (plan.gates ?? []).map(({ name }) => ({
              name,
              answer: this.outside.isGateOpen ? 'open' : 'closed',
              detail: '',
            })),
          lastAnswers: () => undefined,
          findFlaw: () => undefined,
        },
        measurements: {
          assess: async (rollout) => this.#measured(rollout),
          lastAssessed: () => undefined,
          keepOnly: () => undefined,
          view: async () => [],
          findRefusals: async () => [],
        },
        traffic: { appliedTo: (rollout) => this.#applied(rollout) },
        log: pino({ level: 'silent' }),
        onDecision: () => undefined,
      }),
    };
    return node;
  }

  async #withFault(fault: Fault, act: (node: Node) => Promise<void>): Promise<void> {
    const node = this.#current;
    node.fault = fault;
    await act(node);
    node.fault = 'none';
  }

  async #save(
    node: Node,
    { decision, lease }: { decision: Parameters<Storage['saveDecision']>[0]; lease: LeaseToken | null },
  ): Promise<SaveDecisionOutcome> {
    const { fault } = node;
    node.fault = 'none';
    if (fault === 'before') throw new Error('away before the write');
    const outcome = await this.storage.saveDecision(decision, lease);
    const by = decision.input.command?.by.kind ?? 'controller';
    this.written.push({ lease: node.lease, isCommanded: by !== 'controller', outcome });
    if (fault === 'after') throw new Error('away after the write');
    return outcome;
  }

  /** An operator whose request broke off; the look that every command causes is waited for. */
  async #command({ controller }: Node, command: RolloutCommand): Promise<void> {
    const target = { environment: ENVIRONMENT, rolloutId: this.#rolloutId };
    await controller.command(target, command).catch((error: unknown) => {
      if (!(error instanceof Error && error.message.startsWith('away'))) throw error;
    });
    await controller.look(ENVIRONMENT);
  }

  #freeze() {
    const atMs = this.nowMs();
    return { atMs, untilMs: atMs + FREEZE_MS, by: ann satisfies Actor, reason: '' };
  }

  /** Somebody writes something else of the flag, which is to stay whatever becomes of its rollout. */
  async #edit(): Promise<void> {
    const row = await this.storage.findDocument(FLAG);
    if (row === undefined) throw new Error('the flag is gone');
    const document = { ...flagDocumentOf(row), description: `revision ${row.revision}` };
    const change = { ...FLAG, document, archived: false, action: 'updated', actor: ann, reason: '', atMs: 0 };
    await this.storage.appendChange({ ...change, expectedRevision: row.revision });
  }

  #summary(rolloutId: string, epoch: number): EvidenceSummary {
    const { evidence } = this;
    const events = evidence === 'harmful' ? { control: 10, treatment: 400 } : { control: 20, treatment: 20 };
    const units = evidence === 'none' ? { control: 0, treatment: 0 } : { control: 1_000, treatment: 1_000 };
    return {
      rolloutId,
      epoch,
      guards: [{ metric: 'run-errors', harm: 'up' }],
      strata: [0, 1, 2, 3].map((stageIndex) => ({
        stageIndex,
        formerControlOf: null,
        treatmentShare: 0.5,
        units,
        events: { 'run-errors': evidence === 'none' ? units : events },
      })),
      crossoverCount: evidence === 'crossed' ? 500 : 0,
      unmatchedOutcomeCount: 0,
      waitingOutcomeCount: 0,
      browserUnitCount: 0,
      unitCount: units.control * 8,
      lastExposureAtMs: evidence === 'none' ? null : this.nowMs(),
      newestRecordAtMs: this.nowMs(),
    };
  }

  #sdkHealth(): SdkHealth {
    const { sdks } = this.outside;
    return {
      instanceCount: 10,
      openBreakerCount: sdks === 'broken' ? 5 : 0,
      eventCount: 1_000,
      lostEventCount: sdks === 'losing' ? 500 : 0,
    };
  }

  #measured({ plan }: RolloutRow): RunAssessment | undefined {
    const { measured: verdict } = this.outside;
    if (plan.providerGuards === undefined) return undefined;
    const metrics = plan.providerGuards.map(({ name }) => ({ name, verdict, detail: '' }));
    return { verdict, detail: '', metrics };
  }

  /** What is due now by the stored state, as an adapter would have been told. */
  #applied({ plan, state }: RolloutRow): readonly AppliedWeight[] | undefined {
    const duePpm = dueWeightPpm(plan, state, this.nowMs());
    const appliedPpm = this.outside.isTrafficApplied ? duePpm : null;
    return plan.traffic?.map(({ adapter }) => ({ adapter, appliedPpm, detail: '' }));
  }
}

const DOCUMENT: FlagDocument = {
  key: FLAG.key,
  kind: 'boolean',
  description: '',
  tags: [],
  owner: '',
  temporary: true,
  variations: [
    { key: 'off', value: false },
    { key: 'on', value: true },
  ],
  enabled: true,
  offVariation: 'off',
  prerequisites: [],
  targets: [],
  rules: [],
  clientSide: 'off',
  fallthrough: { kind: 'variation', variation: 'off' },
  salt: 'salt',
  createdAtMs: 0,
};
