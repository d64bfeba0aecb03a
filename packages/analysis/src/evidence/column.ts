/** One number of each row, as it lies in memory and in a checkpoint. */
export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Fills columns with what comes next in a checkpoint. */
export type FillColumns = (columns: readonly Column[]) => void;

/** Of what is kept in maps, entries that are written one after the other: a millisecond or two of work. */
export const BLOCK_ENTRIES = 4_096;
