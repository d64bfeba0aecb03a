const RULE_ID = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$/;
/** How plans and addresses call what is served when no rule matches. */
const FALLTHROUGH = 'fallthrough';

/** The vendor's own ids, when they can be those of Tidegate's rules and no two are one; otherwise `rule-1`, `rule-2`, ... */
export function ruleIds(rules: readonly { readonly id?: string }[]): readonly string[] {
  const own = rules.map(({ id = '' }) => id);
  const areIds = own.every((id) => RULE_ID.test(id) && id !== FALLTHROUGH) && new Set(own).size === own.length;
  return areIds ? own : own.map((_, index) => `rule-${index + 1}`);
}
