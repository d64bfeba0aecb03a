export { channelRoutes } from './channel-routes.ts';
export { findTold } from './compose/find-told.ts';
export { noticesOfDecision } from './compose/notices-of-decision.ts';
export { noticeRoutes } from './notice-routes.ts';
export { OutboxDispatcher } from './outbox-dispatcher.ts';
export { findWebhookFlaw } from './senders/webhook.ts';
