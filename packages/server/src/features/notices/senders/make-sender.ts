import type { ChannelSettings } from '@tidegate/protocol';
import type { OutboundSecret } from '../../../outbound-secrets.ts';
import { alertmanagerSender } from './alertmanager.ts';
import { emailSender } from './email.ts';
import { pagerDutySender } from './pagerduty.ts';
import type { Sender, SenderDeps } from './sender.ts';
import { slackSender } from './slack.ts';
import { webhookSender } from './webhook.ts';

export interface SendingDeps extends Omit<SenderDeps, 'secrets'> {
  /** Of the whole server. */
  readonly secrets: ReadonlyMap<string, OutboundSecret>;
}

export function makeSender(
  settings: ChannelSettings,
  environment: string,
  { secrets: all, ...shared }: SendingDeps,
): Sender {
  const deps = { ...shared, secrets: { environment, all } };
  switch (settings.kind) {
    case 'slack':
      return slackSender(settings, deps);
    case 'pagerduty':
      return pagerDutySender(settings, deps);
    case 'alertmanager':
      return alertmanagerSender(settings, deps);
    case 'webhook':
      return webhookSender({ ...settings, secret: settings.secret.secret }, deps);
    case 'email':
      return emailSender(settings, deps);
    default:
      throw settings satisfies never;
  }
}
