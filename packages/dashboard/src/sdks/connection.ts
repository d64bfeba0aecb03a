/** An SDK that is connected to the node that answered. */
export interface Connection {
  readonly instance: string;
  readonly sdk: { readonly name: string; readonly version: string };
  readonly keyKind: 'server' | 'browser';
  readonly appliedRevision: number;
  readonly connectedAtMs: number;
}
