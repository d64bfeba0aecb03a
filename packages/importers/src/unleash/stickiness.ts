import type { VendorBucketing } from '@tidegate/evaluation';
import { fieldOf } from './field-of.ts';

type UnleashBucketing = Extract<VendorBucketing, { readonly algorithm: 'unleash' }>;

/** Which attributes hold the unit, and what counts as one. */
export interface Stickiness {
  readonly units: readonly string[];
  readonly takes: UnleashBucketing['takes'];
}

/** Of a context in which nobody said `userId` the user may be named as OpenFeature does. */
const USER = ['userId', 'targetingKey'];

export const USER_STICKINESS: Stickiness = { units: USER, takes: 'truthy' };
export const SESSION_STICKINESS: Stickiness = { units: ['sessionId'], takes: 'truthy' };
export const DEFAULT_ROLLOUT_STICKINESS: Stickiness = { units: [...USER, 'sessionId'], takes: 'truthy' };
export const DEFAULT_VARIANT_STICKINESS: Stickiness = {
  units: [...USER, 'sessionId', 'remoteAddress'],
  takes: 'text',
};

/** By a field of the context or of its properties. */
export function fieldStickiness(name: unknown, where: string): Stickiness {
  const field = fieldOf(name, where);
  return { units: [...(field === 'userId' ? USER : [field]), `properties.${field}`], takes: 'present' };
}
