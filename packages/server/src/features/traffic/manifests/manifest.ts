import type { AdapterOf } from '@tidegate/protocol';
import type { Parts } from '../parts-of.ts';

export type ManifestSettings = AdapterOf<'istio' | 'gateway-api' | 'nginx-ingress'>;

/** A document of Kubernetes that carries a share, and how the share is read back from one. */
export interface Manifest<Settings extends ManifestSettings> {
  make(settings: Settings, parts: Parts): object;
  /** The two weights of a document; null when it is no such document, or carries no share of these two. */
  weightsOf(document: unknown, settings: Settings): Pick<Parts, 'treatment' | 'control'> | null;
}

export function metadataOf({ name, namespace }: ManifestSettings) {
  return { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'tidegate' } };
}
