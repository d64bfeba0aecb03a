import { isServerKey } from './key-reasons.ts';

/** Leaves room for what an importer appends, when one rule becomes several. */
const ID_LENGTH_MAX = 100;
/** How plans and addresses call what is served when no rule matches. */
const FALLTHROUGH = 'fallthrough';

/** The vendor's own ids, when they can be those of Tidegate's rules and no two are one; otherwise `rule-1`, `rule-2`, ... */
export function ruleIds(rules: readonly { readonly id?: string }[]): readonly string[] {
  const own = rules.map(({ id = '' }) => id);
  const areIds = own.every(isRuleId) && new Set(own).size === own.length;
  return areIds ? own : own.map((_, index) => `rule-${index + 1}`);
}

/** Dots are for what is appended. */
function isRuleId(id: string): boolean {
  return id.length <= ID_LENGTH_MAX && isServerKey(id) && !id.includes('.') && id !== FALLTHROUGH;
}
