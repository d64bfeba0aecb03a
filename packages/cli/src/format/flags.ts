import { formatPercent } from '@tidegate/analysis/quantities';
import type { FlagUsageView, FlagView } from '@tidegate/protocol';
import { describeCondition } from './condition.ts';
import type { Paint } from './paint.ts';
import { describeServe } from './serve.ts';
import { formatTable } from './table.ts';
import { counted, formatInstant, formatJson, printable } from './text.ts';
import { usageRows } from './usage.ts';

export function formatFlagTable(flags: readonly FlagView[], paint: Paint): string[] {
  if (flags.length === 0) return ['There are no flags.'];
  return formatTable({
    header: ['FLAG', 'STATE', 'SERVES', 'RULES', 'UPDATED', 'DESCRIPTION'].map((text) => paint.dim(text)),
    rows: flags.map((flag) => [
      flag.key,
      paintState(flag, paint),
      servesNow(flag),
      flag.rules.length === 0 ? '' : counted(flag.rules.length, 'rule'),
      formatInstant(flag.updatedAtMs),
      printable(flag.description),
    ]),
  });
}

/** The flag, and below it what SDKs asked of it where that is known. */
export function formatFlag(flag: FlagView, paint: Paint, usage?: FlagUsageView): string[] {
  const label = (text: string) => paint.dim(text.padEnd(14));
  return [
    `${paint.bold(flag.key)}  ${paintState(flag, paint)}  ${flag.kind}, revision ${flag.revision}`,
    ...(flag.description === '' ? [] : [printable(flag.description)]),
    ...flag.variations.map(({ key, value }) => `${label('variation')}${key} = ${formatJson(value)}`),
    `${label('when disabled')}${flag.offVariation}`,
    ...flag.prerequisites.map((one) => `${label('prerequisite')}${one.flag} serves ${one.variations.join(' or ')}`),
    ...flag.targets.map((one) => `${label('target')}${counted(one.keys.length, 'unit')} by name: ${one.variation}`),
    ...(flag.holdout === undefined ? [] : [`${label('holdout')}segment ${flag.holdout}: ${flag.offVariation}`]),
    ...(flag.layer === undefined ? [] : [`${label('layer')}${describeSlice(flag.layer)}`]),
    ...flag.rules.map(
      (rule) =>
        `${label('rule')}${rule.id}: if ${describeCondition(rule.condition)} serve ${describeServe(rule.serve)}`,
    ),
    `${label('otherwise')}${describeServe(flag.fallthrough)}`,
    `${label('browsers get')}${browsersGet(flag)}`,
    ...(flag.tags.length === 0 ? [] : [`${label('tags')}${flag.tags.map(printable).join(', ')}`]),
    ...(flag.owner === undefined ? [] : [`${label('owner')}${printable(flag.owner)}`]),
    ...(flag.expiresAtMs === undefined ? [] : [`${label('expires')}${formatInstant(flag.expiresAtMs)}`]),
    `${label('created')}${formatInstant(flag.createdAtMs)}, updated ${formatInstant(flag.updatedAtMs)}`,
    ...(usage === undefined ? [] : usageRows(usage).map(([name, text]) => `${label(name)}${text}`)),
  ];
}

function describeSlice({ key, unit = 'targetingKey', fromPpm, toPpm }: NonNullable<FlagView['layer']>): string {
  return `${key}: ${formatPercent(fromPpm)} to ${formatPercent(toPpm)} by ${unit}`;
}

function servesNow(flag: FlagView): string {
  return flag.enabled ? describeServe(flag.fallthrough) : flag.offVariation;
}

function paintState(flag: FlagView, paint: Paint): string {
  if (flag.archived) return paint.dim('archived');
  return flag.enabled ? paint.green('on') : paint.yellow('off');
}

function browsersGet({ clientSide }: FlagView): string {
  switch (clientSide) {
    case 'off':
      return 'nothing';
    case 'value':
      return 'the value that the server evaluates for them';
    case 'rules':
      return 'the rules themselves';
    default:
      throw clientSide satisfies never;
  }
}
