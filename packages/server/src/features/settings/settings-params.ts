import { keySchema } from '@tidegate/protocol';
import * as z from 'zod';
import type { SettingsKind } from '../../storage/storage.ts';

/** The address of settings of one kind in an environment; handlers are given their identity. */
export function settingsParams<Kind extends SettingsKind>(kind: Kind) {
  return z
    .strictObject({ project: keySchema, environment: keySchema, key: keySchema })
    .transform(({ project, environment, key }) => ({ kind, scope: `${project}/${environment}`, key }));
}
