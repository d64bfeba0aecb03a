import type { Storage } from '../storage.ts';

/** An empty database of one driver, for the contract suite. */
export interface DatabaseUnderTest {
  /** How many nodes may have it open at once. */
  readonly sharing: 'one-node' | 'many-nodes';
  /** Opens the database as this node; the schema may be missing yet. The caller closes. */
  open(node: string): Promise<Storage>;
  /** Runs SQL of the suite's own against it, while no node has it open. */
  execute(statement: string): Promise<void>;
  dispose(): Promise<void>;
}

export type OpenDatabase = () => Promise<DatabaseUnderTest>;

/** What most tests work with: open nodes of one migrated database. */
export interface StorageUnderTest {
  readonly storage: Storage;
  /** Several nodes of the same database; the same one several times where a database has only one. */
  readonly nodes: readonly [Storage, Storage, Storage];
}

export type GetStorageUnderTest = () => StorageUnderTest;
