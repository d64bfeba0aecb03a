import type { Context } from './evaluation.ts';
import type { JsonValue } from './json.ts';

/**
 * Attributes are addressed by paths: `org.plan` is `{ org: { plan } }`. An attribute that is named by the whole path
 * (`{ 'org.plan': … }`) comes first, so that names with dots can be addressed too. Lists are values, never walked into.
 * What every object inherits (`constructor`, `toString`, `__proto__`) is an attribute only of a context that has it as
 * its own.
 */
export type ReadAttribute = (context: Context) => JsonValue | undefined;
