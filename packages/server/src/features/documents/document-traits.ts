import type { ProblemCode } from '@tidegate/protocol';
import type * as z from 'zod';
import type { DocumentId, DocumentKind, DocumentRow, Storage } from '../../storage/storage.ts';

/**
 * What makes flags, segments and metrics different documents. Everything that they share (versions, history, archive,
 * restore, merge patch) is written once, in this room.
 */
export interface DocumentTraits<New, Settings, Document> {
  readonly kind: DocumentKind;
  /** Their name in addresses. */
  readonly plural: string;
  readonly schemas: {
    readonly create: z.ZodType<New>;
    /** What operators may set: what a merge patch leads to is held to it. */
    readonly settings: z.ZodType<Settings>;
    readonly patch: z.ZodType;
    readonly view: z.ZodType;
  };
  /** Of a document in a request, where it may be larger than other bodies. */
  readonly bodyBytesMax?: number;
  /** The problems that `check` throws, and beyond those what keeps it from coming back or going. */
  readonly problems: readonly ProblemCode[];
  readonly restoreProblems: readonly ProblemCode[];
  readonly archiveProblems: readonly ProblemCode[];
  keyOf(document: Document): string;
  documentOf(row: Pick<DocumentRow, 'document'>): Document;
  /** A new document; the server makes what nobody sets. */
  create(body: New, made: { createdAtMs: number; randomId: () => string }): Document;
  settingsOf(document: Document): Settings;
  withSettings(document: Document, settings: Settings): Document;
  /** Throws the problem that keeps this document from being saved. */
  check(candidate: Candidate<Document>): Promise<void>;
  /** Throws the problem that keeps this document from being archived. */
  checkArchive(target: { storage: Storage; id: DocumentId; document: Document }): Promise<void>;
}

export interface Candidate<Document> {
  readonly storage: Storage;
  readonly id: DocumentId;
  /** What is to be saved. */
  readonly next: Document;
  /** What is there now; undefined when it is being created. */
  readonly current: Document | undefined;
  /** Whether an operator wrote it, or it comes back from an earlier revision. */
  readonly origin: 'written' | 'restored';
}
