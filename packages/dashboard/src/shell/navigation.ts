import type { Room } from '../routing/route.ts';

interface NavigationEntry {
  readonly room: Room;
  readonly title: string;
  /** The rooms that belong to it. */
  readonly rooms: readonly Room[];
  /** Begins a new group of entries. */
  readonly begins?: true;
}

/** The rooms in the order of how often one goes there. */
export const NAVIGATION: readonly NavigationEntry[] = [
  { room: 'flags', title: 'Flags', rooms: ['flags'] },
  { room: 'rollouts', title: 'Rollouts', rooms: ['rollouts', 'new-rollout'] },
  { room: 'explain', title: 'Explain', rooms: ['explain'] },
  { room: 'audit', title: 'Audit', rooms: ['audit'] },
  { room: 'schedules', title: 'Schedules', rooms: ['schedules'] },
  { room: 'segments', title: 'Segments', rooms: ['segments'], begins: true },
  { room: 'metrics', title: 'Metrics', rooms: ['metrics'] },
  { room: 'events', title: 'Events', rooms: ['events'], begins: true },
  { room: 'sdks', title: 'SDKs', rooms: ['sdks'] },
  { room: 'keys', title: 'Keys', rooms: ['keys'], begins: true },
  { room: 'environments', title: 'Environments', rooms: ['environments'] },
  { room: 'welcome', title: 'First steps', rooms: ['welcome'] },
];
